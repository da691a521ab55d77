package org.dedupfs.nio;

import java.nio.file.Path;

/** A file system without a store behind it: good for paths only. */
final class Unopened {
  private Unopened() {}

  @SuppressWarnings("NullAway")
  static StoreFileSystem fileSystem() {
    return new StoreFileSystem(
        new DedupFileSystemProvider(), Path.of("/srv/store"), null, null, () -> {});
  }
}
