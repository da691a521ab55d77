/**
 * The {@code java.nio.file} face of stores: paths as bytes, channels, streams and attribute views
 * over {@code tree}, behaving as the JDK's Unix provider does.
 *
 * <p>{@link org.dedupfs.nio.StoreFileSystem#run} is the door to everything below: it keeps the
 * store open while somebody is inside, and turns failures into exceptions that carry the user's
 * path. No lock of this package is held while calling into user code or waiting for another file
 * system; a channel's position lock is taken before the door.
 */
@NullMarked
package org.dedupfs.nio;

import org.jspecify.annotations.NullMarked;
