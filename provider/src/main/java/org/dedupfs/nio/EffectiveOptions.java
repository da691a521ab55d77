package org.dedupfs.nio;

import java.time.Duration;
import java.util.OptionalInt;
import org.dedupfs.DedupOptions;
import org.dedupfs.store.StoreOptions;

/** Turns what a user asked for into how a store is opened. */
final class EffectiveOptions {
  private EffectiveOptions() {}

  /**
   * Fills in the process's defaults.
   *
   * @throws IllegalArgumentException if the host does not know the owner or group
   */
  static StoreOptions resolve(DedupOptions options) {
    ProcessDefaults process = ProcessDefaults.read();
    return new StoreOptions(
        options.create().orElse(false),
        options.readOnly().orElse(false),
        options.chunking().orElse(null),
        options.hash().orElse(null),
        options.compression().orElse(null),
        StoreOptions.Durability.valueOf(
            options.durability().orElse(DedupOptions.Durability.INTERVAL).name()),
        options.commitInterval().orElse(StoreOptions.DEFAULT_COMMIT_INTERVAL),
        options.memoryBytes().orElse(StoreOptions.DEFAULT_MEMORY_BYTES),
        options.threads().orElse(Runtime.getRuntime().availableProcessors()),
        options.metadataDirectory().orElse(null),
        options.blocksDirectory().orElse(null),
        options.owner().map(n -> id("owner", n, HostAccounts.USERS)).orElse(process.uid()),
        options.group().map(n -> id("group", n, HostAccounts.GROUPS)).orElse(process.gid()),
        options.umask().orElse(process.umask()),
        StoreOptions.AccessTimes.valueOf(
            options.accessTimes().orElse(DedupOptions.AccessTimes.RELATIME).name()),
        options.verifyReads().orElse(true),
        options.verifyWrites().orElse(false),
        options.gcInterval().orElse(Duration.ZERO));
  }

  private static int id(String key, String name, HostAccounts accounts) {
    OptionalInt id = accounts.id(name);
    return id.orElseThrow(
        () ->
            new IllegalArgumentException(
                "option '" + key + "' cannot be '" + name + "': the host does not know that name"));
  }
}
