/**
 * Names, attributes and extents: the metadata store seam, its SQLite and in-memory implementations,
 * and {@link org.dedupfs.metadata.LiveMetadata}, which holds what is visible but not yet committed.
 *
 * <p>Of {@code blocks} it knows {@link org.dedupfs.blocks.BlockId} only.
 */
@NullMarked
package org.dedupfs.metadata;

import org.jspecify.annotations.NullMarked;
