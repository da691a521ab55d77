package org.dedupfs.store;

import java.io.IOException;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;

/**
 * How far the block store was durable when metadata was committed that relies on it. So blocks that
 * are older than the metadata are known at once, whatever made them so.
 */
final class BlocksMark {
  private static final RowKey<Property> KEY = RowKey.property(Property.BLOCKS_MARK);

  private BlocksMark() {}

  /** The one that was committed last; 0 in a store that has none yet. */
  static long committed(MetadataStore metadata) throws IOException {
    Property property = metadata.get(KEY);
    try {
      return property == null ? 0 : Long.parseLong(property.value());
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

  /** When the blocks have been replaced by others, which count anew. */
  static void forget(MetadataStore metadata) throws IOException {
    if (metadata.get(KEY) != null) {
      metadata.commit(new MetadataBatch().delete(KEY));
    }
  }
}
