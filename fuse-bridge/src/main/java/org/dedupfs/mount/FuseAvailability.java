package org.dedupfs.mount;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.dedupfs.bridge.jnr.Fusermount;
import org.dedupfs.bridge.jnr.MountException;

/** Whether this machine lets this user mount, and if not, the command that changes it. */
public final class FuseAvailability {
  private static final Path DEVICE = Path.of("/dev/fuse");
  private static final Path CONFIGURATION = Path.of("/etc/fuse.conf");
  private static final String PACKAGES =
      "apt-get install libfuse2 fuse3 (libfuse2t64 instead of libfuse2 since Debian 13 and Ubuntu"
          + " 24.04)";

  private FuseAvailability() {}

  /**
   * Looks whether mounting can work at all.
   *
   * @throws MountException if not; the message says what to do
   */
  public static void check() throws MountException {
    checkDevice();
    if (Fusermount.find().isEmpty()) {
      throw refusal(missingFusermount());
    }
  }

  private static void checkDevice() throws MountException {
    if (Files.exists(DEVICE) && (Files.isRegularFile(DEVICE) || Files.isDirectory(DEVICE))) {
      throw refusal(
          "/dev/fuse is no device; run as root: rm -r /dev/fuse && mknod -m 666 /dev/fuse c 10"
              + " 229");
    }
    try (FileChannel opened =
        FileChannel.open(DEVICE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (!opened.isOpen()) {
        throw refusal("/dev/fuse cannot be opened");
      }
    } catch (NoSuchFileException e) {
      throw refusal(
          "there is no /dev/fuse; run as root: modprobe fuse || mknod -m 666 /dev/fuse c 10 229"
              + " (a container needs --device /dev/fuse --cap-add SYS_ADMIN)");
    } catch (AccessDeniedException e) {
      throw refusal("only root may use /dev/fuse here; run as root: chmod 666 /dev/fuse");
    } catch (IOException e) {
      // The device is there and the kernel has nothing behind it, or a container forbids it.
      throw refusal(
          "/dev/fuse cannot be opened ("
              + e.getMessage()
              + "); run as root: modprobe fuse (a container needs --device /dev/fuse --cap-add"
              + " SYS_ADMIN)");
    }
  }

  /**
   * Looks whether others may be let in.
   *
   * @throws MountException if only root may do that here
   */
  static void checkOthersAllowed() throws MountException {
    if (isRoot()) {
      return;
    }
    try (Stream<String> lines = Files.lines(CONFIGURATION)) {
      if (lines.anyMatch(line -> line.strip().equals("user_allow_other"))) {
        return;
      }
    } catch (IOException e) {
      throw refusal(
          "allow_other is for root, until it is allowed in "
              + CONFIGURATION
              + ": "
              + e.getMessage());
    }
    throw refusal(
        "allow_other is for root here; for others run as root: echo user_allow_other >> "
            + CONFIGURATION);
  }

  /** Whether this process is root's. */
  public static boolean isRoot() {
    return userOf(Path.of("/proc/self")) == 0;
  }

  /** The user who owns a path, an unsigned number; that of the kernel's nobody if it is gone. */
  static int userOf(Path path) {
    try {
      return (Integer) Files.getAttribute(path, "unix:uid");
    } catch (IOException e) {
      return -1;
    }
  }

  static String missingFusermount() {
    return "there is no fusermount3 on the PATH; run as root: " + PACKAGES;
  }

  static String missingLibrary(Throwable cause) {
    return "libfuse 2 cannot be loaded (" + cause.getMessage() + "); run as root: " + PACKAGES;
  }

  private static MountException refusal(String message) {
    return new MountException(message, false, null);
  }
}
