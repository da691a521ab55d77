package org.dedupfs.control;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashSet;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/**
 * Who is at the other end of a connection. The JDK's principals are equal when their numbers are,
 * whatever their names, so this is exact by number.
 */
final class Peers {
  private final Set<UserPrincipal> trusted;

  private Peers(Set<UserPrincipal> trusted) {
    this.trusted = trusted;
  }

  /** Root, and the user of this process. */
  static Peers rootAndSelf() throws IOException {
    Set<UserPrincipal> users = new HashSet<>();
    users.add(byNumber("0"));
    users.add(byNumber(effectiveUserNumber()));
    return new Peers(users);
  }

  /** Those, and the owner of {@code file}. */
  static Peers rootSelfAndOwner(Path file) throws IOException {
    Set<UserPrincipal> users = new HashSet<>(rootAndSelf().trusted);
    users.add(Files.getOwner(file));
    return new Peers(users);
  }

  static UserPrincipal byNumber(String number) throws IOException {
    return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(number);
  }

  private static String effectiveUserNumber() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("Uid:")) {
        // Real, effective, saved, that of the file system.
        return line.split("\\s+", -1)[2];
      }
    }
    throw new IOException("/proc/self/status does not say who this is");
  }

  boolean trust(SocketChannel connection) throws IOException {
    return trusted.contains(connection.getOption(ExtendedSocketOptions.SO_PEERCRED).user());
  }
}
