package org.dedupfs.store;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a store is opened. Null means: what was recorded at creation, or the default for a new store.
 *
 * @param create whether a missing or empty directory becomes a new store
 * @param readOnly whether all changes are refused
 * @param chunking for example {@code cdc:64k} or {@code fixed:128k}; fixed at creation
 * @param hash a JCA digest of at least 256 bits; fixed at creation
 * @param compression for example {@code zstd:1}; fixed at creation
 * @param memoryBytes resident memory to aim at; shared out as ARCHITECTURE says
 * @param threads that chunk, hash and compress
 * @param metadataDirectory where SQLite lives; null: in the store directory; fixed at creation
 * @param blocksDirectory where RocksDB lives; null: {@code blocks} in the store directory; fixed at
 *     creation
 * @param uid owner of new files
 * @param gid group of new files
 * @param umask bits taken from the permissions of new files
 * @param gcInterval between background sweeps; zero: none
 */
public record StoreOptions(
    boolean create,
    boolean readOnly,
    @Nullable String chunking,
    @Nullable String hash,
    @Nullable String compression,
    Durability durability,
    Duration commitInterval,
    long memoryBytes,
    int threads,
    @Nullable Path metadataDirectory,
    @Nullable Path blocksDirectory,
    int uid,
    int gid,
    int umask,
    AccessTimes accessTimes,
    boolean verifyReads,
    boolean verifyWrites,
    Duration gcInterval) {

  public static final String DEFAULT_CHUNKING = "cdc:64k";
  public static final String DEFAULT_HASH = "SHA-256";
  public static final String DEFAULT_COMPRESSION = "zstd:1";
  public static final long DEFAULT_MEMORY_BYTES = 512L << 20;
  public static final Duration DEFAULT_COMMIT_INTERVAL = Duration.ofSeconds(5);

  /** When written data becomes durable without being asked to. */
  public enum Durability {
    /** With the next interval commit, as on ext4. */
    INTERVAL,
    /** At every close of a file that was written. */
    CLOSE,
    /** Never for sure before the store is closed. */
    NONE
  }

  /** When reading a file sets its access time. */
  public enum AccessTimes {
    RELATIME,
    NOATIME,
    STRICT
  }
}
