package org.dedupfs.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.dedupfs.StoreDamagedException;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.blocks.BlockStoreMark;
import org.dedupfs.blocks.RocksDbBlockStore;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * Which block store it is that metadata relies on, and how far it was durable when that was
 * committed. So blocks that are older than the metadata, or of another store, are known at once,
 * whatever made them so.
 */
final class BlocksMark {
  private static final RowKey<Property> MARK = RowKey.property(Property.BLOCKS_MARK);
  private static final RowKey<Property> IDENTITY = RowKey.property(Property.BLOCKS_IDENTITY);
  private static final String ID = "[0-9A-Za-z-]{1,64}";

  /** Stands for an identity that is not known. */
  private static final String ANY = "-";

  private BlocksMark() {}

  /**
   * What was committed last.
   *
   * @throws MetadataDamagedException if it makes no sense
   */
  static BlockStoreMark committed(MetadataStore metadata) throws IOException {
    Property identity = metadata.get(IDENTITY);
    if (identity == null) {
      return new BlockStoreMark(null, null, sequence(metadata));
    }
    if (!identity.value().matches(ID + "( " + ID + ")?")) {
      throw new MetadataDamagedException(
          "the property " + Property.BLOCKS_IDENTITY + " is no identity");
    }
    String[] ids = identity.value().split(" ", -1);
    return new BlockStoreMark(
        ids[0].equals(ANY) ? null : ids[0], ids.length == 1 ? null : ids[1], sequence(metadata));
  }

  private static long sequence(MetadataStore metadata) throws IOException {
    Property property = metadata.get(MARK);
    try {
      return property == null ? -1 : Long.parseLong(property.value());
    } catch (NumberFormatException e) {
      throw new MetadataDamagedException(
          "the property " + Property.BLOCKS_MARK + " is no number", e);
    }
  }

  static void put(BlockStore blocks, MetadataBatch batch) {
    if (blocks.durableMark() > 0) {
      batch.put(new Property(Property.BLOCKS_MARK, Long.toString(blocks.durableMark())));
    }
  }

  /** Records which store was opened for writing, where that is not recorded yet. */
  static void identify(MetadataStore metadata, Path directory, BlockStore opened)
      throws IOException {
    BlockStoreMark known = committed(metadata);
    if (known.identity() != null && known.successor() == null) {
      return; // or it would not have been opened
    }
    String found = RocksDbBlockStore.identity(directory);
    if (found == null) {
      return;
    }
    metadata.commit(
        new MetadataBatch()
            .put(new Property(Property.BLOCKS_IDENTITY, found))
            .put(new Property(Property.BLOCKS_MARK, Long.toString(opened.durableMark()))));
  }

  /** Whether the blocks in a directory may be those that the metadata relies on. */
  static boolean isOf(MetadataStore metadata, Path directory) throws IOException {
    return committed(metadata).allows(RocksDbBlockStore.identity(directory));
  }

  /** What to do about blocks of another store. */
  static StoreDamagedException foreign(Path store, Path directory, @Nullable Throwable cause) {
    return new StoreDamagedException(
        store,
        "the blocks in "
            + directory
            + " are not those of this store; put the right directory there. If a repair has replaced the blocks and the metadata"
            + " is that of before, the right one is kept beside it as *.damaged-N. If these are the"
            + " only ones that are left, dedupfs repair "
            + store
            + " -o blocksDirectory=DIRECTORY takes them. No block was changed",
        cause);
  }

  /**
   * Says which blocks are about to take the place of these. Whichever of the two are there
   * afterwards are those of the store.
   */
  static void expect(MetadataStore metadata, @Nullable String successor) throws IOException {
    String known = committed(metadata).identity();
    if (successor == null) {
      forget(metadata);
    } else {
      metadata.commit(
          new MetadataBatch()
              .put(
                  new Property(
                      Property.BLOCKS_IDENTITY, (known == null ? ANY : known) + " " + successor)));
    }
  }

  /** When the blocks have been replaced by others, which count anew. */
  static void forget(MetadataStore metadata) throws IOException {
    MetadataBatch batch = new MetadataBatch();
    for (RowKey<Property> key : List.of(MARK, IDENTITY)) {
      if (metadata.get(key) != null) {
        batch.delete(key);
      }
    }
    if (!batch.isEmpty()) {
      metadata.commit(batch);
    }
  }
}
