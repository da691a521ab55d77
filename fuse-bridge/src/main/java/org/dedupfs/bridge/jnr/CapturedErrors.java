package org.dedupfs.bridge.jnr;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Standard error of the process, kept aside while libfuse mounts: there only it says why it cannot.
 * One at a time; what others write meanwhile is written on at the end.
 */
final class CapturedErrors implements AutoCloseable {
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();
  private static final int STDERR = 2;
  private static final int MFD_CLOEXEC = 1;
  private static final int LIMIT_BYTES = 1 << 16;
  private static final byte[] NAME = {'e', 'r', 'r', 0};

  private final SystemCalls system;
  private final int saved;
  private final int kept;
  private boolean taken;

  private CapturedErrors(SystemCalls system, int saved, int kept) {
    this.system = system;
    this.saved = saved;
    this.kept = kept;
  }

  static CapturedErrors start(Natives natives) {
    ONE_AT_A_TIME.lock();
    SystemCalls system = natives.system();
    int saved = system.dup(STDERR);
    int kept = saved < 0 ? -1 : system.memfd_create(NAME, MFD_CLOEXEC);
    if (kept >= 0) {
      int unused = system.dup2(kept, STDERR);
    }
    return new CapturedErrors(system, saved, kept);
  }

  /** What was written so far, in one line; it is then not written on. */
  String takeReason() {
    taken = true;
    List<String> lines =
        new String(text(), StandardCharsets.UTF_8)
            .lines()
            .map(line -> line.startsWith("fuse: ") ? line.substring("fuse: ".length()) : line)
            .filter(line -> !line.isBlank())
            .toList();
    return lines.isEmpty()
        ? "libfuse could not mount it and does not say why"
        : lines.stream().collect(Collectors.joining("; "));
  }

  private byte[] text() {
    byte[] buffer = new byte[LIMIT_BYTES];
    long length = kept < 0 ? 0 : system.pread(kept, buffer, buffer.length, 0);
    return Arrays.copyOf(buffer, (int) Math.max(0, length));
  }

  @Override
  public void close() {
    try {
      if (kept >= 0) {
        int unused = system.dup2(saved, STDERR);
        byte[] text = taken ? new byte[0] : text();
        if (text.length > 0) {
          long unusedCount = system.write(STDERR, text, text.length);
        }
        int unusedResult = system.close(kept);
      }
      if (saved >= 0) {
        int unused = system.close(saved);
      }
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }
}
