package org.dedupfs.command;

import org.dedupfs.DedupOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much of the machine an open store may take. */
final class MachineShare {
  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "Resident memory to aim at (default 512M, at least 64M).")
  private @Nullable String memory;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that work on data (default: one per core).")
  private @Nullable Integer threads;

  /**
   * Adds what was given.
   *
   * @throws IllegalArgumentException for a bad value, naming what is allowed
   */
  void addTo(DedupOptions.Builder builder) {
    if (memory != null) {
      builder.set("memory", memory);
    }
    if (threads != null) {
      builder.set("threads", threads);
    }
  }

  /** How many files are copied at a time: at least two, so that one waits while another works. */
  int copiers() {
    int wanted = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    return Math.max(2, Math.min(64, wanted));
  }
}
