package org.dedupfs.blocks;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows what is durable, and makes it so: on demand, and by itself when enough has gathered, so
 * that writers go on meanwhile. Only flushes from here move the mark; one that RocksDB begins by
 * itself makes things durable without saying which.
 *
 * <p>What a flush makes durable is read before it starts, and published when it has ended.
 */
final class Flusher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(5);

  /**
   * So many batches start a flush, however small: after a crash each of their blocks has to be put
   * again, and in memory each takes some 300 bytes more than its record.
   */
  static final int START_STEPS = 32_768;

  private final Flush flush;
  private final Supplier<BlockWriter.Written> writer;
  private final StoreFailure failure;
  private final long startBytes;
  private final long limitBytes;
  private final long lookNanos;
  private final Thread thread;

  /** Held by the one who flushes; taken inside the writer's lock, never the other way round. */
  private final ReentrantLock flushing = new ReentrantLock();

  private final ReentrantLock waiting = new ReentrantLock();
  private final Condition work = waiting.newCondition();
  private final Condition room = waiting.newCondition();

  @GuardedBy("waiting")
  private boolean wanted;

  @GuardedBy("waiting")
  private boolean stopped;

  /** Used by the background thread only. */
  private long lookedNanos = System.nanoTime();

  private volatile long durableUpTo;
  private volatile long flushedBytes;
  private volatile long flushedSteps;

  /** Makes everything durable that was written before. */
  @FunctionalInterface
  interface Flush {
    void run() throws RocksDBException;

    /** Is called every few seconds between flushes, and may see to other things. */
    default void look() throws RocksDBException {}

    /** Is called when a failure has ended flushing in the background. */
    default void ended() throws RocksDBException {}
  }

  /**
   * @param writer how far writing has come
   * @param bufferBytes what may wait for the disk in all; a third of it starts a flush
   */
  Flusher(
      Flush flush, Supplier<BlockWriter.Written> writer, StoreFailure failure, long bufferBytes) {
    this(flush, writer, failure, bufferBytes, LOOK_NANOS);
  }

  /**
   * As the other one.
   *
   * @param lookNanos from one {@link Flush#look} to the next
   */
  Flusher(
      Flush flush,
      Supplier<BlockWriter.Written> writer,
      StoreFailure failure,
      long bufferBytes,
      long lookNanos) {
    this.lookNanos = lookNanos;
    this.flush = flush;
    this.writer = writer;
    this.failure = failure;
    this.startBytes = bufferBytes / 3;
    this.limitBytes = bufferBytes * 3 / 4;
    this.durableUpTo = writer.get().lastAssigned();
    this.thread = new Thread(this::run, "dedupfs-blocks-flush");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  long durableUpTo() {
    return durableUpTo;
  }

  long unflushedBytes() {
    return writer.get().putBytes() - flushedBytes;
  }

  /** Makes durable what was written before this call. */
  void flush() throws IOException {
    long target = writer.get().steps();
    flushing.lock();
    try {
      failure.check();
      if (flushedSteps >= target) {
        return;
      }
      BlockWriter.Written before = writer.get();
      try {
        flush.run();
      } catch (RocksDBException e) {
        throw failure.set(e);
      } catch (RuntimeException | Error e) {
        failure.setUnexpected(e); // whether it is on the disk is not known, as after an I/O error
        throw e;
      }
      flushedSteps = before.steps();
      flushedBytes = before.putBytes();
      durableUpTo = before.lastAssigned();
    } finally {
      flushing.unlock();
      signalRoom();
    }
  }

  private void signalRoom() {
    waiting.lock();
    try {
      room.signalAll();
      work.signal();
    } finally {
      waiting.unlock();
    }
  }

  /** Waits until there is room for what the caller is going to write; an interrupt waits too. */
  void admit() throws IOException {
    if (unflushedBytes() > limitBytes) {
      waiting.lock();
      try {
        while (unflushedBytes() > limitBytes && !failure.isSet() && !stopped) {
          wanted = true;
          work.signal();
          room.awaitUninterruptibly();
        }
      } finally {
        waiting.unlock();
      }
    }
    failure.check();
  }

  /** To be called after writing: starts a flush in the background when it is time. */
  void written() {
    if (isDue() && !flushing.isLocked()) {
      waiting.lock();
      try {
        work.signal();
      } finally {
        waiting.unlock();
      }
    }
  }

  private boolean isDue() {
    return unflushedBytes() > startBytes || writer.get().steps() - flushedSteps > START_STEPS;
  }

  /** Starts a flush in the background. */
  void request() {
    waiting.lock();
    try {
      wanted = true;
      work.signal();
    } finally {
      waiting.unlock();
    }
  }

  private void run() {
    try {
      while (awaitWork()) {
        flush();
        lookNowAndThen();
      }
      return;
    } catch (IOException e) {
      LOG.debug("flushing has ended", e); // whoever writes is told by the failure that this has set
    } catch (RuntimeException | Error e) {
      // Nobody flushes in the background any more: nobody must wait for that.
      failure.setUnexpected(e);
      signalRoom();
      LOG.error("blocks cannot be written any more; open the store again", e);
    }
    try {
      flush.ended();
    } catch (RocksDBException | RuntimeException | Error e) {
      LOG.debug("what goes on beside flushes was not ended", e);
    }
  }

  private void lookNowAndThen() {
    long now = System.nanoTime();
    if (now - lookedNanos < lookNanos) {
      return;
    }
    lookedNanos = now;
    try {
      flush.look();
    } catch (RocksDBException | RuntimeException | Error e) {
      LOG.debug("what is beside a flush was not done", e); // nothing depends on it; next time
    }
  }

  private boolean awaitWork() {
    while (!hasWork()) {
      lookNowAndThen();
    }
    waiting.lock();
    try {
      wanted = false;
      return !stopped;
    } finally {
      waiting.unlock();
    }
  }

  /** Waits for some seconds at most. */
  @SuppressWarnings("WaitNotInLoop") // whoever calls this does so in a loop
  private boolean hasWork() {
    waiting.lock();
    try {
      if (!wanted && !isDue() && !stopped) {
        boolean unusedSignalled = work.await(lookNanos, TimeUnit.NANOSECONDS);
      }
      return wanted || isDue() || stopped;
    } catch (InterruptedException e) {
      return false; // nobody does that; it asks for nothing
    } finally {
      waiting.unlock();
    }
  }

  /** Ends the background thread; what is not flushed stays so. */
  @Override
  public void close() {
    waiting.lock();
    try {
      stopped = true;
      work.signalAll();
      room.signalAll();
    } finally {
      waiting.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
