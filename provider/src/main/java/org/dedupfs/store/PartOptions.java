package org.dedupfs.store;

import org.dedupfs.blocks.BlockStoreOptions;
import org.dedupfs.blocks.Compression;
import org.dedupfs.content.ContentOptions;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.SqliteOptions;
import org.dedupfs.store.StoreOptions.Durability;
import org.dedupfs.tree.AccessPolicy;
import org.dedupfs.tree.NanoClock;
import org.dedupfs.tree.TreeOptions;

/** What the options of an opening mean for each part of the store. */
record PartOptions(StoreOptions options, MemoryShares shares, NanoClock clock) {

  static PartOptions of(StoreOptions options) {
    MemoryShares shares = MemoryShares.of(options.memoryBytes(), Runtime.getRuntime().maxMemory());
    return new PartOptions(options, shares, NanoClock.system());
  }

  /** Bounds the committed rows that are kept in memory. */
  long rowCacheBytes() {
    return shares.rowCacheBytes();
  }

  SqliteOptions sqlite() {
    return SqliteOptions.DEFAULT
        .withReadOnly(options.readOnly())
        .withDurable(options.durability() != Durability.NONE)
        .withCacheBytes(shares.metadataPageBytes());
  }

  BlockStoreOptions blocks(String hash, Compression compression, boolean create) {
    return new BlockStoreOptions(
        hash,
        compression,
        Math.max(BlockStoreOptions.MIN_WRITE_BUFFER_BYTES, shares.writeBufferBytes()),
        Math.max(BlockStoreOptions.MIN_CACHE_BYTES, shares.blockIndexBytes()),
        options.verifyReads(),
        options.verifyWrites(),
        options.readOnly(),
        create);
  }

  ContentOptions content(ChunkingScheme chunking, HostDisk disk) {
    return new ContentOptions(
        options.readOnly(),
        chunking,
        options.threads(),
        shares.dirtyBytes(),
        shares.blockCacheBytes(),
        options.durability() == Durability.CLOSE,
        options.commitInterval(),
        clock::nanos,
        disk);
  }

  TreeOptions tree() {
    AccessPolicy accessPolicy =
        switch (options.accessTimes()) {
          case RELATIME -> AccessPolicy.RELATIME;
          case NOATIME -> AccessPolicy.NOATIME;
          case STRICT -> AccessPolicy.STRICT;
        };
    return new TreeOptions(clock, accessPolicy, options.readOnly(), shares.uncommittedBytes());
  }
}
