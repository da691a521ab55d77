/**
 * Where a run of bytes is cut into chunks.
 *
 * <p>Depends on nothing else of DedupFS; used by {@code content} and the options of a store. The
 * cuts of a scheme are part of the format of a store: changing them changes what deduplicates
 * against what was stored before.
 */
@NullMarked
package org.dedupfs.content.chunking;

import org.jspecify.annotations.NullMarked;
