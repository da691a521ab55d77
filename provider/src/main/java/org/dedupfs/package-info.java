/** A deduplicating file system behind {@code java.nio.file}. */
@NullMarked
package org.dedupfs;

import org.jspecify.annotations.NullMarked;
