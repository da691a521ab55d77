package org.dedupfs.command;

import java.util.LinkedHashMap;
import java.util.Map;
import org.dedupfs.DedupOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a store is opened, for every verb. */
final class OpeningOptions {
  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "Resident memory to aim at (default 512M, at least 64M).")
  private @Nullable String memory;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that chunk, hash, compress and copy (default: one per core).")
  private @Nullable Integer threads;

  @Option(
      names = {"-o", "--option"},
      paramLabel = "KEY=VALUE",
      completionCandidates = StoreKeys.class,
      description =
          "Any other option of a store, for example -o durability=none; dedupfs man lists them.")
  private Map<String, String> others = new LinkedHashMap<>();

  /**
   * @throws IllegalArgumentException for an unknown key or a bad value, naming what is allowed
   */
  DedupOptions toDedupOptions() {
    DedupOptions.Builder builder = DedupOptions.builder();
    others.forEach(builder::set);
    if (memory != null) {
      builder.set("memory", memory);
    }
    if (threads != null) {
      builder.set("threads", threads);
    }
    return builder.build();
  }

  /** How many threads work on data. */
  int threads() {
    return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
  }

  /** How many files are copied at a time: at least two, so that one waits while another works. */
  int copiers() {
    return Math.max(2, Math.min(64, threads()));
  }
}
