/** Small programs that show how to use a {@code dedup:} file system. */
@NullMarked
package org.dedupfs.examples;

import org.jspecify.annotations.NullMarked;
