package org.dedupfs.content;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the workers cut the segments of one file while its writers fill the next: at most one is
 * under way, and who has filled another meanwhile waits. When one could not be cut, the next writer
 * cuts it himself before he writes, and gets the error. Safe for any number of threads.
 */
final class SegmentCuts {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentCuts.class);

  private final ContentStore store;
  private final FileContent file;
  private final Semaphore idle = new Semaphore(1);
  private volatile boolean failed;

  SegmentCuts(ContentStore store, FileContent file) {
    this.store = store;
    this.file = file;
  }

  /**
   * To be called before something is written, without any lock: cuts what could not be cut before.
   *
   * @throws IOException if it still cannot be stored: then nothing more is to be written
   */
  void retryFailed() throws IOException {
    if (!failed) {
      return;
    }
    idle.acquireUninterruptibly();
    try {
      if (failed) {
        file.drain(false);
        failed = false;
      }
    } finally {
      idle.release();
    }
  }

  /**
   * To be called when a segment is full, without any lock. What was written has its place then:
   * that it cannot be stored is told to who writes next, or syncs.
   */
  void request() {
    idle.acquireUninterruptibly();
    boolean given = false;
    try {
      store.work(this::cut);
      given = true;
    } catch (RuntimeException | Error e) {
      LOG.warn("{} could not be stored yet", file.inode(), e);
    } finally {
      if (!given) { // there is no memory for a thread, for example; the next writer cuts itself
        failed = true;
        idle.drainPermits(); // it may have been queued, and done, nevertheless
        idle.release();
      }
    }
  }

  private void cut() {
    boolean done = false;
    try {
      file.drain(false);
      done = true;
    } catch (IOException e) {
      LOG.debug("{} could not be stored yet", file.inode(), e); // the next writer is told
    } catch (RuntimeException | Error e) {
      LOG.warn("{} could not be stored yet", file.inode(), e);
    } finally {
      failed = !done;
      idle.drainPermits();
      idle.release();
    }
  }
}
