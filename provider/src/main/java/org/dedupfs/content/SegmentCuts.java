package org.dedupfs.content;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the workers cut the segments of one file while its writers fill the next: one worker at a
 * time, followed by another as long as enough has gathered meanwhile. Who writes faster than that
 * waits until a cut of what he wrote begins. When something could not be cut, the next writer cuts
 * it himself before he writes, and gets the error. Safe for any number of threads.
 */
final class SegmentCuts {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentCuts.class);

  /**
   * This part of a segment of a stream is worth a cut when none is under way: so the next one is
   * there when a cut ends, and nobody is waited for, neither the writer nor the workers.
   */
  private static final int STREAM_SHARE = 2;

  private final Workers workers;
  private final FileContent file;
  private final long fullBytes;

  // A monitor, since to enter it takes no memory: that may be what a cut has failed for.
  @GuardedBy("this")
  private boolean cutting;

  /** How many cuts have begun, whoever does them. */
  @GuardedBy("this")
  private long begun;

  private volatile boolean failed;

  SegmentCuts(ContentStore store, FileContent file) {
    this.workers = store.workers();
    this.file = file;
    this.fullBytes = store.options().segmentBytes();
  }

  /**
   * To be called before something is written, without any lock: cuts what could not be cut before.
   *
   * @throws IOException if it still cannot be stored: then nothing more is to be written
   */
  void retryFailed() throws IOException {
    if (!failed || !takeOverFailed()) {
      return;
    }
    boolean done = false;
    try {
      file.drain(false);
      done = true;
    } finally {
      end(!done);
    }
  }

  private synchronized boolean takeOverFailed() {
    boolean interrupted = false;
    while (failed && cutting) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    keep(interrupted);
    cutting |= failed;
    return failed;
  }

  /**
   * To be called when something was written, without any lock. It has its place then: that it
   * cannot be stored is told to who writes next, or syncs.
   *
   * @param isWorthACut whether {@link #isWorthACut so much} has gathered
   */
  void written(boolean isWorthACut) {
    if (isWorthACut && take() && !giveAway() && cutOnce()) {
      giveOn(); // one cut is enough for who came to write
    }
  }

  /** Has a worker cut. Returns false when none will: then the caller is to. */
  private boolean giveAway() {
    boolean told = false;
    try {
      boolean given = workers.offer(this::cut);
      told = true;
      return given;
    } catch (RuntimeException | Error e) {
      LOG.warn("{} could not be stored yet", file.inode(), e);
      return true; // who has failed
    } finally {
      if (!told) { // there is no memory for a thread, for example; the next writer cuts himself
        end(true);
      }
    }
  }

  /** Has a worker do the next cut; if none will, the next writer asks again. */
  private void giveOn() {
    if (!giveAway()) {
      end(false);
    }
  }

  /** Whether the caller is to have a cut begun; else one is under way, and his turn has come. */
  private synchronized boolean take() {
    if (!cutting) {
      cutting = true;
      return true;
    }
    long before = begun;
    boolean interrupted = false;
    while (cutting && begun == before && file.gatheredBytes() >= fullBytes) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    keep(interrupted);
    return false;
  }

  /**
   * Whether something that has gathered is enough to be cut.
   *
   * @param isStream whether it was written from front to back: else more of it is likely to follow
   *     in the same places
   */
  boolean isWorthACut(long gatheredBytes, boolean isStream) {
    return gatheredBytes >= (isStream ? fullBytes / STREAM_SHARE : fullBytes);
  }

  /** To be called, not under the state lock, when what was written is about to be cut. */
  synchronized void begin() {
    begun++;
    notifyAll();
  }

  private synchronized long begun() {
    return begun;
  }

  private synchronized void end(boolean hasFailed) {
    failed = hasFailed;
    cutting = false;
    notifyAll();
  }

  /** Ends a cut, unless there is enough for another: then true, and that is under way. */
  private synchronized boolean beginsNext(long before) {
    failed = false;
    cutting = begun != before && file.isWorthACut();
    notifyAll();
    return cutting;
  }

  private void cut() {
    while (cutOnce()) {
      if (workers.hasQueued()) {
        giveOn(); // behind those who wait for a worker
        return;
      }
    }
  }

  /** Returns whether there is enough for another. */
  private boolean cutOnce() {
    boolean done = false;
    try {
      long before = begun();
      file.drain(false);
      done = true;
      return beginsNext(before);
    } catch (IOException e) {
      LOG.debug("{} could not be stored yet", file.inode(), e); // the next writer is told
    } catch (RuntimeException | Error e) {
      LOG.warn("{} could not be stored yet", file.inode(), e);
    } finally {
      if (!done) {
        end(true);
      }
    }
    return false;
  }

  /** An interrupt ends no wait here: it is kept for the caller. */
  private static void keep(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
