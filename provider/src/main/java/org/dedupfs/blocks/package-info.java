/**
 * Distinct blocks, stored once: the block store seam, its RocksDB and in-memory implementations,
 * hashes and codecs.
 *
 * <p>Depends on nothing else of DedupFS. Used by {@code content}, {@code maintenance} and the
 * composition of a store; {@code metadata} knows {@link org.dedupfs.blocks.BlockId} only.
 */
@NullMarked
package org.dedupfs.blocks;

import org.jspecify.annotations.NullMarked;
