package org.dedupfs;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How a store is opened: a typed form of the {@code env} map of {@link
 * java.nio.file.FileSystems#newFileSystem(java.net.URI, Map)}. What is not set has its default. A
 * value is checked when it is set: {@code IllegalArgumentException} names the key, the value and
 * what is allowed. Immutable.
 *
 * <table>
 * <caption>Keys</caption>
 * <tr><th>key</th><th>value</th><th>default</th></tr>
 * <tr><td>create</td><td>whether a missing or empty directory becomes a store</td><td>false</td></tr>
 * <tr><td>readOnly</td><td>whether all changes are refused</td><td>false</td></tr>
 * <tr><td>chunking *</td><td>{@code cdc:64k}, {@code fixed:128k}, ...</td><td>cdc:64k</td></tr>
 * <tr><td>hash *</td><td>a JCA digest of at least 256 bits</td><td>SHA-256</td></tr>
 * <tr><td>compression</td><td>{@code zstd:-5} to {@code zstd:19}, {@code lz4}, {@code deflate:1} to
 *     {@code deflate:9}, {@code none}</td><td>that of the creation, zstd:1</td></tr>
 * <tr><td>durability</td><td>{@link Durability}</td><td>interval</td></tr>
 * <tr><td>commitInterval</td><td>{@code 10ms} to {@code 1h}</td><td>5s</td></tr>
 * <tr><td>memory</td><td>resident memory to aim at</td><td>512M</td></tr>
 * <tr><td>threads</td><td>that chunk, hash and compress</td><td>as many as cores</td></tr>
 * <tr><td>metadataDirectory *</td><td>where SQLite lives</td><td>in the store</td></tr>
 * <tr><td>blocksDirectory *</td><td>where RocksDB lives</td><td>in the store</td></tr>
 * <tr><td>owner, group</td><td>of new files: names or numbers</td><td>the process's</td></tr>
 * <tr><td>umask</td><td>octal</td><td>the process's</td></tr>
 * <tr><td>atime</td><td>{@link AccessTimes}</td><td>relatime</td></tr>
 * <tr><td>verifyReads</td><td>whether what is read is hashed again</td><td>true</td></tr>
 * <tr><td>verifyWrites</td><td>whether what was stored is read again, and duplicates are
 *     compared byte by byte</td><td>false</td></tr>
 * <tr><td>gc</td><td>time between sweeps in the background, 0 for none</td><td>0</td></tr>
 * <tr><td>jmx</td><td>whether JMX shows what is done, until the store is closed, as {@code
 *     org.dedupfs:type=Store,path="..."}</td><td>false</td></tr>
 * </table>
 *
 * <p>Those marked * are fixed when a store is created; another value later is refused. Another
 * compression holds for what is written until the store is closed.
 */
public final class DedupOptions {

  /** When written data becomes durable without being asked to. */
  public enum Durability {
    /** With the next commit after the commit interval, as on ext4. */
    INTERVAL,
    /** When a file that was written is closed. */
    CLOSE,
    /** For sure only when the store is closed. */
    NONE
  }

  /** When reading a file sets its access time. */
  public enum AccessTimes {
    /** When it is not newer than the modification, or a day old. */
    RELATIME,
    /** Never. */
    NOATIME,
    /** Always. */
    STRICT
  }

  private static final DedupOptions DEFAULTS = builder().build();

  private final Map<OptionKey, Object> values;

  private DedupOptions(Map<OptionKey, Object> values) {
    this.values = values;
  }

  /** Nothing set. */
  public static DedupOptions defaults() {
    return DEFAULTS;
  }

  /** All keys, in the order of the table, each with what is allowed as its value. */
  public static Map<String, String> allowedValues() {
    Map<String, String> allowed = new LinkedHashMap<>();
    for (OptionKey key : OptionKey.values()) {
      allowed.put(key.key(), key.allowed());
    }
    return allowed;
  }

  public static Builder builder() {
    return new Builder(new EnumMap<>(OptionKey.class));
  }

  /**
   * Reads an {@code env} map: typed values or their text.
   *
   * @throws IllegalArgumentException for an unknown key or a bad value
   */
  public static DedupOptions fromEnv(Map<String, ?> env) {
    Map<OptionKey, Object> values = new EnumMap<>(OptionKey.class);
    env.forEach(
        (key, value) -> {
          OptionKey option = OptionKey.of(key);
          values.put(option, option.read(value));
        });
    return new DedupOptions(values);
  }

  /** The {@code env} map with what is set; {@link #fromEnv} gives these options back. */
  public Map<String, Object> toEnv() {
    Map<String, Object> env = new LinkedHashMap<>();
    values.forEach((key, value) -> env.put(key.key(), value));
    return env;
  }

  /** A builder that starts with these. */
  public Builder toBuilder() {
    return new Builder(new EnumMap<>(values.isEmpty() ? builder().values : values));
  }

  private <T> Optional<T> get(OptionKey key, Class<T> type) {
    return Optional.ofNullable(values.get(key)).map(type::cast);
  }

  public Optional<Boolean> create() {
    return get(OptionKey.CREATE, Boolean.class);
  }

  public Optional<Boolean> readOnly() {
    return get(OptionKey.READ_ONLY, Boolean.class);
  }

  public Optional<String> chunking() {
    return get(OptionKey.CHUNKING, String.class);
  }

  public Optional<String> hash() {
    return get(OptionKey.HASH, String.class);
  }

  public Optional<String> compression() {
    return get(OptionKey.COMPRESSION, String.class);
  }

  public Optional<Durability> durability() {
    return get(OptionKey.DURABILITY, Durability.class);
  }

  public Optional<Duration> commitInterval() {
    return get(OptionKey.COMMIT_INTERVAL, Duration.class);
  }

  public Optional<Long> memoryBytes() {
    return get(OptionKey.MEMORY, Long.class);
  }

  public Optional<Integer> threads() {
    return get(OptionKey.THREADS, Integer.class);
  }

  public Optional<Path> metadataDirectory() {
    return get(OptionKey.METADATA_DIRECTORY, Path.class);
  }

  public Optional<Path> blocksDirectory() {
    return get(OptionKey.BLOCKS_DIRECTORY, Path.class);
  }

  /** A name of the host, or digits. */
  public Optional<String> owner() {
    return get(OptionKey.OWNER, String.class);
  }

  /** A name of the host, or digits. */
  public Optional<String> group() {
    return get(OptionKey.GROUP, String.class);
  }

  public Optional<Integer> umask() {
    return get(OptionKey.UMASK, Integer.class);
  }

  public Optional<AccessTimes> accessTimes() {
    return get(OptionKey.ATIME, AccessTimes.class);
  }

  public Optional<Boolean> verifyReads() {
    return get(OptionKey.VERIFY_READS, Boolean.class);
  }

  public Optional<Boolean> verifyWrites() {
    return get(OptionKey.VERIFY_WRITES, Boolean.class);
  }

  public Optional<Duration> gcInterval() {
    return get(OptionKey.GC, Duration.class);
  }

  public Optional<Boolean> jmx() {
    return get(OptionKey.JMX, Boolean.class);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DedupOptions that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return toEnv().toString();
  }

  /** Options in the making. Not safe for several threads. */
  public static final class Builder {
    private final Map<OptionKey, Object> values;

    private Builder(Map<OptionKey, Object> values) {
      this.values = values;
    }

    private Builder set(OptionKey key, Object value) {
      values.put(key, key.read(Objects.requireNonNull(value)));
      return this;
    }

    public Builder create(boolean value) {
      return set(OptionKey.CREATE, value);
    }

    public Builder readOnly(boolean value) {
      return set(OptionKey.READ_ONLY, value);
    }

    public Builder chunking(String value) {
      return set(OptionKey.CHUNKING, value);
    }

    public Builder hash(String jcaDigest) {
      return set(OptionKey.HASH, jcaDigest);
    }

    public Builder compression(String value) {
      return set(OptionKey.COMPRESSION, value);
    }

    public Builder durability(Durability value) {
      return set(OptionKey.DURABILITY, value);
    }

    public Builder commitInterval(Duration value) {
      return set(OptionKey.COMMIT_INTERVAL, value);
    }

    public Builder memoryBytes(long value) {
      return set(OptionKey.MEMORY, value);
    }

    public Builder threads(int value) {
      return set(OptionKey.THREADS, value);
    }

    public Builder metadataDirectory(Path value) {
      return set(OptionKey.METADATA_DIRECTORY, value);
    }

    public Builder blocksDirectory(Path value) {
      return set(OptionKey.BLOCKS_DIRECTORY, value);
    }

    /** A name of the host, or digits. */
    public Builder owner(String value) {
      return set(OptionKey.OWNER, value);
    }

    /** A name of the host, or digits. */
    public Builder group(String value) {
      return set(OptionKey.GROUP, value);
    }

    public Builder umask(int bits) {
      return set(OptionKey.UMASK, bits);
    }

    public Builder accessTimes(AccessTimes value) {
      return set(OptionKey.ATIME, value);
    }

    public Builder verifyReads(boolean value) {
      return set(OptionKey.VERIFY_READS, value);
    }

    public Builder verifyWrites(boolean value) {
      return set(OptionKey.VERIFY_WRITES, value);
    }

    /** Zero for none. */
    public Builder gcInterval(Duration value) {
      return set(OptionKey.GC, value);
    }

    public Builder jmx(boolean value) {
      return set(OptionKey.JMX, value);
    }

    /** Sets an option by its key, from its type or its text. */
    public Builder set(String key, Object value) {
      return set(OptionKey.of(key), value);
    }

    public DedupOptions build() {
      return new DedupOptions(values.isEmpty() ? Map.of() : new EnumMap<>(values));
    }
  }
}
