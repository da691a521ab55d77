/** Lets the kernel mount a file system that speaks {@code java.nio.file}. */
@NullMarked
package org.dedupfs.bridge;

import org.jspecify.annotations.NullMarked;
