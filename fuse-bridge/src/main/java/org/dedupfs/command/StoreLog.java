package org.dedupfs.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The file in the directory of a store that mounts in the background write to unless told
 * otherwise. Nobody but the user of this process can say what it is: root who mounts another user's
 * store would else write wherever a link of that user leads.
 */
final class StoreLog {
  /** In the directory of the store. */
  static final String NAME = "mount.log";

  private static final long LARGEST_BYTES = 1 << 20;

  private StoreLog() {}

  /**
   * Makes it where there is none, and puts one that has grown aside.
   *
   * @throws CommandException if somebody else could say what it is, or something else is there
   */
  static Path prepare(Path store) throws IOException, CommandException {
    Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    requireTrust(store, self);
    Path log = store.resolve(NAME);
    if (Files.exists(log, LinkOption.NOFOLLOW_LINKS)) {
      requireOwnFile(log, self);
      if (Files.size(log) <= LARGEST_BYTES) {
        return log;
      }
      Files.move(log, store.resolve(NAME + ".1"), StandardCopyOption.REPLACE_EXISTING);
    }
    return Files.createFile(
        log, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private static void requireTrust(Path store, Object self) throws IOException, CommandException {
    Set<PosixFilePermission> modes = Files.getPosixFilePermissions(store);
    if (!Files.getAttribute(store, "unix:uid").equals(self)
        || modes.contains(PosixFilePermission.GROUP_WRITE)
        || modes.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new CommandException(
          ExitCode.FAILED, "others may write to " + store + ", so no log is kept there");
    }
  }

  private static void requireOwnFile(Path log, Object self) throws IOException, CommandException {
    if (!Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)
        || !Files.getAttribute(log, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(self)
        || !Files.getAttribute(log, "unix:nlink", LinkOption.NOFOLLOW_LINKS).equals(1)) {
      throw new CommandException(
          ExitCode.FAILED, log + " is no file of this user alone, so it is not written to");
    }
  }
}
