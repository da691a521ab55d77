package org.dedupfs.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.dedupfs.host.HostPath;
import org.jspecify.annotations.Nullable;

/**
 * The socket {@code control} in the directory of a store.
 *
 * <p>An address holds 108 bytes, and Java reads it in the locale; a store's path may be longer, or
 * of any bytes. Such a socket is named by a symbolic link in a short private directory, which leads
 * to the store's and exists only while the socket is bound or connected to: the socket itself is
 * always in the same place, and nothing has to be recorded.
 */
final class ControlSocket {
  static final String NAME = "control";

  /** Bound under this name first, so that nobody meets a socket that anybody may connect to. */
  private static final String NEW_NAME = "control.new";

  /** {@code sizeof(sun_path)} less the NUL. */
  private static final int ADDRESS_BYTES = 107;

  private static final List<Path> SHORT_DIRECTORIES =
      List.of(
          Path.of(System.getProperty("java.io.tmpdir", "/tmp")),
          Path.of("/tmp"),
          Path.of("/dev/shm"));

  private ControlSocket() {}

  private interface Use<T> {
    T of(UnixDomainSocketAddress address) throws IOException;
  }

  /**
   * Listens, in place of whatever socket is there.
   *
   * @throws IOException if somebody listens there already
   */
  static ServerSocketChannel listen(Path store) throws IOException {
    if (isLive(store)) {
      throw new IOException("another process answers at " + store.resolve(NAME));
    }
    Path fresh = store.resolve(NEW_NAME);
    Files.deleteIfExists(fresh);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      addressed(store, NEW_NAME, server::bind);
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
      Files.move(fresh, store.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      Files.deleteIfExists(fresh);
      throw e;
    }
  }

  private static boolean isLive(Path store) throws IOException {
    try (SocketChannel connected = connect(store)) {
      return connected != null;
    }
  }

  /** Null if nobody listens there. */
  static @Nullable SocketChannel connect(Path store) throws IOException {
    if (!exists(store)) {
      return null;
    }
    try {
      return addressed(store, NAME, SocketChannel::open);
    } catch (ConnectException e) {
      // What a dead server left.
      return null;
    }
  }

  private static boolean exists(Path store) {
    try {
      return Files.readAttributes(
              store.resolve(NAME), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isOther();
    } catch (IOException e) {
      // Not there, or not for us to see: the error of the store itself says more.
      return false;
    }
  }

  private static <T> T addressed(Path store, String name, Use<T> use) throws IOException {
    Path socket = store.toAbsolutePath().resolve(name);
    if (isShort(socket)) {
      return use.of(UnixDomainSocketAddress.of(socket));
    }
    Path directory = shortDirectory();
    Path link = directory.resolve("s");
    try {
      Files.createSymbolicLink(link, store.toAbsolutePath());
      return use.of(UnixDomainSocketAddress.of(link.resolve(name)));
    } finally {
      Files.deleteIfExists(link);
      Files.delete(directory);
    }
  }

  private static boolean isShort(Path socket) {
    byte[] bytes = HostPath.toBytes(socket);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return bytes.length <= ADDRESS_BYTES && StandardCharsets.US_ASCII.newEncoder().canEncode(text);
  }

  /** Of this process only. */
  private static Path shortDirectory() throws IOException {
    IOException failure = new IOException("no short directory for a link to the control socket");
    for (Path parent : SHORT_DIRECTORIES) {
      try {
        Path made = Files.createTempDirectory(parent, "dedupfs-");
        if (isShort(made.resolve("s").resolve(NEW_NAME))) {
          return made;
        }
        Files.delete(made);
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
    throw failure;
  }
}
