package org.dedupfs.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.dedupfs.StoreDamagedException;
import org.dedupfs.StoreOptionMismatchException;
import org.dedupfs.blocks.BlockStoreOptions;
import org.dedupfs.blocks.Compression;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * What was fixed when a store was created, but for where its metadata lies, which cannot stand in
 * the metadata.
 *
 * @param compression for openings that ask for none
 * @param blocksDirectory null: in the store directory
 */
record FixedOptions(
    ChunkingScheme chunking, String hash, Compression compression, @Nullable Path blocksDirectory) {
  private static final String CHUNKING = "chunking";
  static final String HASH = "hash";
  private static final String COMPRESSION = "compression";
  private static final String BLOCKS_DIRECTORY = "blocksDirectory";

  /** For a new store: what was asked for, or the defaults. */
  static FixedOptions ofNew(Path store, StoreOptions options) {
    String chunking = options.chunking();
    String hash = options.hash();
    String compression = options.compression();
    Path blocks = options.blocksDirectory();
    Path usual = store.resolve(StoreDirectory.BLOCKS);
    return new FixedOptions(
        ChunkingScheme.parse(chunking == null ? StoreOptions.DEFAULT_CHUNKING : chunking),
        hash == null ? StoreOptions.DEFAULT_HASH : hash,
        Compression.parse(compression == null ? StoreOptions.DEFAULT_COMPRESSION : compression),
        blocks == null || normal(blocks).equals(normal(usual)) ? null : normal(blocks));
  }

  /**
   * @throws StoreDamagedException if something is missing or malformed
   */
  static FixedOptions recorded(Path store, MetadataStore metadata) throws IOException {
    try {
      Property blocks = metadata.get(RowKey.property(BLOCKS_DIRECTORY));
      return new FixedOptions(
          ChunkingScheme.parse(value(store, metadata, CHUNKING)),
          value(store, metadata, HASH),
          Compression.parse(value(store, metadata, COMPRESSION)),
          blocks == null ? null : Path.of(URI.create(blocks.value())));
    } catch (IllegalArgumentException e) {
      throw new StoreDamagedException(
          store, "what is recorded in " + store + " makes no sense: " + e.getMessage(), e);
    }
  }

  /** The defaults of what has to be recorded. */
  static List<Property> usual() {
    return List.of(
        new Property(CHUNKING, StoreOptions.DEFAULT_CHUNKING),
        new Property(HASH, StoreOptions.DEFAULT_HASH),
        new Property(COMPRESSION, StoreOptions.DEFAULT_COMPRESSION));
  }

  /** Whether a value of one of {@link #usual} can be. */
  static boolean isValid(String name, String value) {
    try {
      Object parsed =
          switch (name) {
            case CHUNKING -> ChunkingScheme.parse(value);
            case COMPRESSION -> Compression.parse(value);
            default -> BlockStoreOptions.DEFAULT.withHash(value);
          };
      return !parsed.toString().isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Where the blocks are, whatever else is recorded. */
  static Path recordedBlocksDirectory(Path store, MetadataStore metadata) throws IOException {
    Property blocks = metadata.get(RowKey.property(BLOCKS_DIRECTORY));
    try {
      return blocks == null
          ? store.resolve(StoreDirectory.BLOCKS)
          : Path.of(URI.create(blocks.value()));
    } catch (IllegalArgumentException e) {
      throw new StoreDamagedException(
          store, "the recorded blocksDirectory makes no sense: " + e.getMessage(), e);
    }
  }

  static Property blocksDirectoryProperty(Path blocks) {
    return new Property(BLOCKS_DIRECTORY, blocks.toUri().toString());
  }

  private static String value(Path store, MetadataStore metadata, String name) throws IOException {
    Property property = metadata.get(RowKey.property(name));
    if (property == null) {
      throw new StoreDamagedException(
          store,
          "the store " + store + " has lost its property " + name + "; run dedupfs repair " + store,
          null);
    }
    return property.value();
  }

  void record(Change change) {
    change.put(new Property(CHUNKING, chunking.toString()));
    change.put(new Property(HASH, hash));
    change.put(new Property(COMPRESSION, compression.toString()));
    Path blocks = blocksDirectory;
    if (blocks != null) {
      change.put(blocksDirectoryProperty(blocks));
    }
  }

  /**
   * @throws StoreOptionMismatchException if another value is asked for now
   */
  void requireSame(Path store, StoreOptions options) throws IOException {
    if (options.chunking() != null) {
      String given = ChunkingScheme.parse(options.chunking()).toString();
      requireSame(store, CHUNKING, chunking.toString(), given);
    }
    if (options.hash() != null && !canonical(hash).equals(canonical(options.hash()))) {
      requireSame(store, HASH, hash, options.hash());
    }
    if (options.blocksDirectory() != null) {
      String here = normal(blocksDirectory(store)).toString();
      requireSame(store, BLOCKS_DIRECTORY, here, normal(options.blocksDirectory()).toString());
    }
  }

  /** With the compression that this opening asks for: each block names its own. */
  FixedOptions forOpening(StoreOptions options) {
    String asked = options.compression();
    return asked == null
        ? this
        : new FixedOptions(chunking, hash, Compression.parse(asked), blocksDirectory);
  }

  static void requireSame(Path store, String option, String recorded, String given)
      throws StoreOptionMismatchException {
    if (!recorded.equals(given)) {
      throw new StoreOptionMismatchException(store, option, recorded, given);
    }
  }

  Path blocksDirectory(Path store) {
    Path elsewhere = blocksDirectory;
    return elsewhere == null ? store.resolve(StoreDirectory.BLOCKS) : elsewhere;
  }

  static Path normal(Path path) {
    return path.toAbsolutePath().normalize();
  }

  /** JCA names have no case, and SHA256 is SHA-256. */
  private static String canonical(String hashName) {
    return hashName.toUpperCase(Locale.ROOT).replace("-", "");
  }
}
