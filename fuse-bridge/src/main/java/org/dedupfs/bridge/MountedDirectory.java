package org.dedupfs.bridge;

import java.io.Closeable;
import java.io.IOException;

/** An open directory, safe for any number of threads. */
interface MountedDirectory extends Closeable {
  /**
   * Tells entries, {@code .} and {@code ..} included, behind a place until the filler is full.
   *
   * @param afterOffset 0 for the beginning, or that of an entry
   */
  void read(long afterOffset, DirectoryFiller filler) throws IOException;
}
