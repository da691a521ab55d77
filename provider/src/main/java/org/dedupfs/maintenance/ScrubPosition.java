package org.dedupfs.maintenance;

import java.io.IOException;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * How far a scrub has come, kept in the store so that it can be stopped at any time.
 *
 * @param next the first block id that was not verified
 * @param blocks how many were, in all parts of the scrub
 * @param storedBytes their length
 */
record ScrubPosition(long next, long blocks, long storedBytes) {
  static final ScrubPosition START = new ScrubPosition(1, 0, 0);
  static final String PROPERTY = "scrubPosition";

  /** Where one was stopped; the start when none was, or what was kept makes no sense. */
  static ScrubPosition kept(MetadataStore metadata) throws IOException {
    @Nullable Property property = metadata.get(RowKey.property(PROPERTY));
    if (property == null) {
      return START;
    }
    String[] numbers = property.value().split(" ", -1);
    try {
      ScrubPosition kept =
          new ScrubPosition(
              Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]));
      return kept.next < 1 ? START : kept;
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return START;
    }
  }

  boolean isStart() {
    return next == 1;
  }

  void keep(MetadataStore metadata) throws IOException {
    String value = next + " " + blocks + " " + storedBytes;
    metadata.commit(new MetadataBatch().put(new Property(PROPERTY, value)));
  }

  static void forget(MetadataStore metadata) throws IOException {
    if (metadata.get(RowKey.property(PROPERTY)) != null) {
      metadata.commit(new MetadataBatch().delete(RowKey.property(PROPERTY)));
    }
  }
}
