package org.dedupfs.benchmarks;

import java.io.IOException;

/** The processor time that somebody has used so far, to the nanosecond. Safe for all threads. */
@FunctionalInterface
interface CpuClock {
  /** CLOCK_PROCESS_CPUTIME_ID: all threads of this process, compiler and collector included. */
  CpuClock PROCESS = () -> NativeFiles.clockSeconds(2);

  /** CLOCK_THREAD_CPUTIME_ID: of whoever asks. */
  CpuClock THREAD = () -> NativeFiles.clockSeconds(3);

  double seconds() throws IOException;

  /** Whether it counts what threads of this process do. */
  default boolean isOfThisProcess() {
    return this == PROCESS || this == THREAD;
  }

  /** Of another process; fails when it has ended. */
  static CpuClock of(long pid) {
    // As the kernel makes it for clock_getcpuclockid(3), here of all threads by the scheduler.
    int clock = ((int) ~pid << 3) | 2;
    return () -> NativeFiles.clockSeconds(clock);
  }
}
