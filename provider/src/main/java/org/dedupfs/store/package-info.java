/**
 * One open store, put together: options, lock, stores, recovery, tree, sweep and statistics. The
 * face above it is {@code nio}.
 */
@NullMarked
package org.dedupfs.store;

import org.jspecify.annotations.NullMarked;
