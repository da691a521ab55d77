package org.dedupfs.store;

import java.io.IOException;
import java.nio.file.Path;
import org.dedupfs.tree.Tree;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The purge, in the background, of files that were unlinked but open when a store last ended. */
final class OrphanPurge {
  private static final Logger LOG = LoggerFactory.getLogger(OrphanPurge.class);

  private final Path directory;
  private @Nullable Thread thread;

  OrphanPurge(Path directory) {
    this.directory = directory;
  }

  void start(Tree tree) {
    Thread purging = new Thread(() -> run(tree), "dedupfs-orphans");
    purging.setDaemon(true);
    purging.start();
    thread = purging;
  }

  private void run(Tree tree) {
    try {
      tree.purgeOrphans();
    } catch (IOException | RuntimeException | Error e) {
      // What is left is tried again at the next opening.
      LOG.warn("not all unlinked files of {} were purged: {}", directory, e.toString());
    }
  }

  /** Waits for its end, which comes soon after the tree was closed. */
  void join() {
    Thread purging = thread;
    if (purging != null) {
      Threads.join(purging);
    }
  }
}
