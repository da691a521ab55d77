package org.dedupfs.mount;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.dedupfs.host.MountEntry;

/**
 * The process behind a mount. It shows which one it serves by the name of a thread, {@code fuse
 * 0:57}, where the numbers are those of the device in the kernel's list of mounts: every user can
 * read that, it needs no file that a crash would leave behind, and it works where nothing can be
 * written.
 */
public final class ServingProcess {
  private static final Path PROCESSES = Path.of("/proc");
  private static final String PREFIX = "fuse ";

  /** The kernel keeps so many bytes of a thread's name. */
  private static final int NAME_BYTES = 15;

  private ServingProcess() {}

  /** Makes this process the one that is found for a device, as long as it lives. */
  static void announce(String device) throws InterruptedException {
    CountDownLatch named = new CountDownLatch(1);
    Thread sign =
        new Thread(
            () -> {
              named.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                // Nobody has a reason to; the name goes with the thread.
                Thread.currentThread().interrupt();
              }
            },
            nameFor(device));
    sign.setDaemon(true);
    sign.start();
    named.await();
  }

  private static String nameFor(String device) {
    String name = PREFIX + device;
    return name.substring(0, Math.min(NAME_BYTES, name.length()));
  }

  /** The process that serves a mount, if there is one that this process can see. */
  public static Optional<ProcessHandle> of(MountEntry mount) throws IOException {
    String wanted = nameFor(mount.device());
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (Path process : processes) {
        // Anybody can name a thread so; only the mount's own user serves it.
        if (FuseAvailability.userOf(process) == mount.owner() && hasThread(process, wanted)) {
          return ProcessHandle.of(Long.parseLong(process.getFileName().toString()));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return Optional.empty();
  }

  private static boolean hasThread(Path process, String wanted) {
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
      for (Path thread : threads) {
        if (name(thread).equals(wanted)) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      // It has ended, or hides itself.
      return false;
    }
  }

  private static String name(Path thread) {
    try {
      return Files.readString(thread.resolve("comm"), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      // It has ended.
      return "";
    }
  }
}
