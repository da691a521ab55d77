package org.dedupfs;

/**
 * How a store is scrubbed.
 *
 * @param bytesPerSecond at most so many bytes are read, 0 for as many as the disk gives
 * @param threads that verify, at least 1
 * @param restart whether it begins with the first block, even if an earlier scrub was stopped
 */
public record ScrubOptions(long bytesPerSecond, int threads, boolean restart) {
  /** Goes on where an earlier scrub was stopped, as fast as one thread can. */
  public static final ScrubOptions DEFAULT = new ScrubOptions(0, 1, false);

  public ScrubOptions {
    if (bytesPerSecond < 0 || threads < 1) {
      throw new IllegalArgumentException(
          "bytesPerSecond " + bytesPerSecond + " and threads " + threads + " cannot be");
    }
  }

  public ScrubOptions withBytesPerSecond(long limit) {
    return new ScrubOptions(limit, threads, restart);
  }

  public ScrubOptions withThreads(int count) {
    return new ScrubOptions(bytesPerSecond, count, restart);
  }

  public ScrubOptions withRestart(boolean on) {
    return new ScrubOptions(bytesPerSecond, threads, on);
  }
}
