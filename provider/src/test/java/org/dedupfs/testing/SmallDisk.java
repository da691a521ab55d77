package org.dedupfs.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A tmpfs for one test, which can become full without anybody else noticing. Needs the right to
 * mount. For one thread.
 */
public final class SmallDisk implements AutoCloseable {
  private static final int PIECE_BYTES = 1 << 16;

  private final Path path;
  private int fillers;
  private boolean closed;

  private SmallDisk(Path path) {
    this.path = path;
  }

  /**
   * Mounts one at a new directory {@code disk}.
   *
   * @param options of a tmpfs, as {@code size=48m}
   * @throws AssertionError if that is not allowed; it tells the command that helps
   */
  public static SmallDisk mount(Path parent, String options) throws IOException {
    Path path = Files.createDirectory(parent.resolve("disk"));
    if (!runs("mount", "-t", "tmpfs", "-o", options, "none", path.toString())) {
      throw Prerequisites.noMount();
    }
    return new SmallDisk(path);
  }

  /** Its root. */
  public Path path() {
    return path;
  }

  /** Changes the size, to no less than what is in use. */
  public void resize(long bytes) {
    if (!runs("mount", "-o", "remount,size=" + bytes, path.toString())) {
      throw new AssertionError(path + " cannot be resized to " + bytes + " bytes");
    }
  }

  /**
   * Takes all space there is, to the last byte, whatever was taken before.
   *
   * @return the file that has it; without it the space is free again
   */
  public Path fill() throws IOException {
    Path filler = path.resolve("filler" + fillers++);
    byte[] zeros = new byte[PIECE_BYTES];
    int length = zeros.length;
    try (OutputStream stream = Files.newOutputStream(filler)) {
      while (length > 0) {
        try {
          stream.write(zeros, 0, length);
        } catch (IOException e) {
          length /= 2; // there may be a place for less
        }
      }
    }
    return filler;
  }

  /** Unmounts it, if need be while files there are still open, and whoever interrupts. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    if (!runs("umount", path.toString()) && !runs("umount", "-l", path.toString())) {
      throw new AssertionError(path + " cannot be unmounted");
    }
    closed = true;
  }

  private static boolean runs(String... command) {
    try {
      // No interrupt ends this wait: a test that took too long must not leave its disk behind.
      return new ProcessBuilder(command).start().onExit().join().exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }
}
