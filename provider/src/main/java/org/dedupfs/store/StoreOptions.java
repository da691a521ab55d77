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
 * @param compression for example {@code zstd:1}, for what this opening writes
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

  /** The defaults; new files belong to user and group 0 with umask 022. */
  public static Builder builder() {
    return new Builder();
  }

  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.create = create;
    builder.readOnly = readOnly;
    builder.chunking = chunking;
    builder.hash = hash;
    builder.compression = compression;
    builder.durability = durability;
    builder.commitInterval = commitInterval;
    builder.memoryBytes = memoryBytes;
    builder.threads = threads;
    builder.metadataDirectory = metadataDirectory;
    builder.blocksDirectory = blocksDirectory;
    builder.uid = uid;
    builder.gid = gid;
    builder.umask = umask;
    builder.accessTimes = accessTimes;
    builder.verifyReads = verifyReads;
    builder.verifyWrites = verifyWrites;
    builder.gcInterval = gcInterval;
    return builder;
  }

  /** Options in the making. */
  public static final class Builder {
    private boolean create = false;
    private boolean readOnly = false;
    private @Nullable String chunking;
    private @Nullable String hash;
    private @Nullable String compression;
    private Durability durability = Durability.INTERVAL;
    private Duration commitInterval = DEFAULT_COMMIT_INTERVAL;
    private long memoryBytes = DEFAULT_MEMORY_BYTES;
    private int threads = Runtime.getRuntime().availableProcessors();
    private @Nullable Path metadataDirectory;
    private @Nullable Path blocksDirectory;
    private int uid = 0;
    private int gid = 0;
    private int umask = 022;
    private AccessTimes accessTimes = AccessTimes.RELATIME;
    private boolean verifyReads = true;
    private boolean verifyWrites = false;
    private Duration gcInterval = Duration.ZERO;

    private Builder() {}

    public Builder create(boolean value) {
      create = value;
      return this;
    }

    public Builder readOnly(boolean value) {
      readOnly = value;
      return this;
    }

    public Builder chunking(@Nullable String value) {
      chunking = value;
      return this;
    }

    public Builder hash(@Nullable String value) {
      hash = value;
      return this;
    }

    public Builder compression(@Nullable String value) {
      compression = value;
      return this;
    }

    public Builder durability(Durability value) {
      durability = value;
      return this;
    }

    public Builder commitInterval(Duration value) {
      commitInterval = value;
      return this;
    }

    public Builder memoryBytes(long value) {
      memoryBytes = value;
      return this;
    }

    public Builder threads(int value) {
      threads = value;
      return this;
    }

    public Builder metadataDirectory(@Nullable Path value) {
      metadataDirectory = value;
      return this;
    }

    public Builder blocksDirectory(@Nullable Path value) {
      blocksDirectory = value;
      return this;
    }

    public Builder uid(int value) {
      uid = value;
      return this;
    }

    public Builder gid(int value) {
      gid = value;
      return this;
    }

    public Builder umask(int value) {
      umask = value;
      return this;
    }

    public Builder accessTimes(AccessTimes value) {
      accessTimes = value;
      return this;
    }

    public Builder verifyReads(boolean value) {
      verifyReads = value;
      return this;
    }

    public Builder verifyWrites(boolean value) {
      verifyWrites = value;
      return this;
    }

    public Builder gcInterval(Duration value) {
      gcInterval = value;
      return this;
    }

    public StoreOptions build() {
      return new StoreOptions(
          create,
          readOnly,
          chunking,
          hash,
          compression,
          durability,
          commitInterval,
          memoryBytes,
          threads,
          metadataDirectory,
          blocksDirectory,
          uid,
          gid,
          umask,
          accessTimes,
          verifyReads,
          verifyWrites,
          gcInterval);
    }
  }
}
