package org.dedupfs.store;

import java.util.function.UnaryOperator;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.metadata.MetadataStore;

/**
 * What is put around the two stores of an opening: nothing in production; in tests something that
 * counts, fails or crashes.
 */
public record StoreSeams(UnaryOperator<MetadataStore> metadata, UnaryOperator<BlockStore> blocks) {
  public static final StoreSeams NONE =
      new StoreSeams(UnaryOperator.identity(), UnaryOperator.identity());
}
