package org.dedupfs.examples;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.config.keys.AuthorizedKeysAuthenticator;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;

/**
 * Serves a store over SFTP with Apache MINA SSHD, on this machine only: {@code SftpServer STORE
 * AUTHORIZED_KEYS PORT}, then {@code sftp -P PORT localhost}. The first connection makes a host
 * key.
 */
public final class SftpServer implements Closeable {
  private final DedupFileSystem store;
  private final SshServer server = SshServer.setUpDefaultServer();

  /** Serves until it is closed; port 0 is any free one. */
  public SftpServer(Path directory, Path authorizedKeys, int port) throws IOException {
    store = DedupFileSystems.create(directory);
    server.setHost("127.0.0.1");
    server.setPort(port);
    server.setKeyPairProvider(
        new SimpleGeneratorHostKeyProvider(directory.resolveSibling("sftp-host-key")));
    server.setPublickeyAuthenticator(new AuthorizedKeysAuthenticator(authorizedKeys));
    server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
    // A session closes its file system, which is why it gets a view of the store.
    server.setFileSystemFactory(new VirtualFileSystemFactory(store.getPath("/")));
    server.start();
  }

  /** Where it listens. */
  public int port() {
    return server.getPort();
  }

  @Override
  public void close() throws IOException {
    try (store) {
      server.stop();
    }
  }

  public static void main(String... arguments) throws Exception {
    int port = Integer.parseInt(arguments[2]);
    try (SftpServer running = new SftpServer(Path.of(arguments[0]), Path.of(arguments[1]), port)) {
      System.out.println("listening on port " + running.port() + "; press Enter to stop");
      System.in.read();
    }
  }
}
