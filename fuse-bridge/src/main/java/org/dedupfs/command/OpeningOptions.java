package org.dedupfs.command;

import java.util.LinkedHashMap;
import java.util.Map;
import org.dedupfs.DedupOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a store is opened, for every verb. */
final class OpeningOptions {
  @Mixin private MachineShare share;

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
    share.addTo(builder);
    return builder.build();
  }

  /** How many files are copied at a time. */
  int copiers() {
    return share.copiers();
  }
}
