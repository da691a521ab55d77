package org.dedupfs.store;

import java.io.IOException;
import org.dedupfs.blocks.IdLease;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;

/**
 * Block ids from the metadata, each range committed before it is used. Goes past the visible
 * metadata on purpose: a lease must not wait for a commit, which may wait for a block.
 */
final class BlockLease implements IdLease {
  private final MetadataStore metadata;

  BlockLease(MetadataStore metadata) {
    this.metadata = metadata;
  }

  @Override
  public synchronized long lease(int count) throws IOException {
    Property property = metadata.get(RowKey.property(Property.BLOCK_LEASE));
    long first = property == null ? 1 : number(property);
    long end = Math.addExact(first, count);
    metadata.commit(
        new MetadataBatch().put(new Property(Property.BLOCK_LEASE, Long.toString(end))));
    return first;
  }

  private static long number(Property property) throws IOException {
    try {
      return Long.parseLong(property.value());
    } catch (NumberFormatException e) {
      throw new MetadataDamagedException(
          "the property " + Property.BLOCK_LEASE + " is no number", e);
    }
  }
}
