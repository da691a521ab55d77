package org.dedupfs.blocks;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The one that writes: under its lock ids are assigned, batches written, and counters kept, so that
 * ids ascend in the order of the batches. What is written is durable after a flush.
 */
final class BlockWriter implements AutoCloseable {
  private final RocksFamilies families;
  private final Fingerprints fingerprints;
  private final DamagedBlocks damaged;
  private final StoreFailure failure;
  private final boolean verifyWrites;

  @GuardedBy("this")
  private final LeasedIds ids;

  @GuardedBy("this")
  private final WriteBatch batch = new WriteBatch();

  @GuardedBy("this")
  private ByteBuffer staging = ByteBuffer.allocateDirect(320 << 10);

  private volatile Written written;

  /**
   * How far writing has come: replaced under the lock after each batch.
   *
   * @param steps batches written in this opening
   * @param putBytes bytes of all records written in this opening
   * @param lastAssigned the highest id whose block was written
   * @param statistics the counters
   */
  record Written(long steps, long putBytes, long lastAssigned, BlockStatistics statistics) {
    Written step(BlockStatistics sum) {
      return new Written(steps + 1, putBytes, lastAssigned, sum);
    }
  }

  BlockWriter(
      RocksFamilies families,
      Fingerprints fingerprints,
      DamagedBlocks damaged,
      StoreFailure failure,
      boolean verifyWrites,
      IdLease lease)
      throws IOException {
    this.families = families;
    this.fingerprints = fingerprints;
    this.damaged = damaged;
    this.failure = failure;
    this.verifyWrites = verifyWrites;
    this.ids = new LeasedIds(lease);
    this.written = new Written(0, 0, fingerprints.last(), fingerprints.counters());
  }

  Written written() {
    return written;
  }

  /** Something that writes several batches which are to stand together. */
  @FunctionalInterface
  interface Task {
    void run() throws IOException;
  }

  /** Runs a task during which nobody else writes. */
  synchronized void alone(Task task) throws IOException {
    task.run();
  }

  /** Writes a block under a new id. */
  synchronized long append(EncodedBlock block) throws IOException {
    failure.check();
    long id = ids.next();
    Fingerprint fingerprint = Fingerprint.of(block);
    ids.advance(); // before, so that no end of what follows gives it to another block, too
    store(id, fingerprint, block, true, fingerprint.addedTo(written.statistics));
    return id;
  }

  /**
   * Writes a block under a given id, in place of what may be there.
   *
   * @param indexed whether look-ups are to find it
   */
  synchronized void replace(long id, EncodedBlock block, boolean indexed) throws IOException {
    failure.check();
    // Beyond the last one nothing has been: a crash may have left very many to be put again.
    Fingerprint before = id > written.lastAssigned ? null : fingerprints.get(id);
    BlockStatistics rest =
        before == null ? written.statistics : before.removedFrom(written.statistics);
    Fingerprint fingerprint = Fingerprint.of(block);
    store(id, fingerprint, block, indexed, fingerprint.addedTo(rest));
  }

  @GuardedBy("this")
  private void store(
      long id, Fingerprint fingerprint, EncodedBlock block, boolean indexed, BlockStatistics sum)
      throws IOException {
    byte[] key = Keys.of(id);
    long last = Math.max(written.lastAssigned, id);
    Written next =
        new Written(written.steps + 1, written.putBytes + block.recordBytes(), last, sum);
    forgetHalfStaged();
    try {
      stageRecord(key, block);
      if (indexed) {
        batch.put(families.index(), fingerprint.hash().bytes(), key);
      }
      fingerprints.stage(batch, key, fingerprint);
      damaged.stageRemoval(batch, id);
      write(next);
      damaged.remove(id);
      if (verifyWrites && !Arrays.equals(block.record(), families.payload(key))) {
        throw new RocksDBException("block " + id + " reads back other than it was written");
      }
    } catch (RocksDBException e) {
      throw failure.set(e);
    }
  }

  /**
   * Stages a record through a buffer that is used again: from an array RocksDB's bindings make a
   * copy of their own for each call, and fresh pages are dear.
   */
  @GuardedBy("this")
  private void stageRecord(byte[] key, EncodedBlock block) throws RocksDBException {
    int recordBytes = block.recordBytes();
    if (staging.capacity() < Keys.BYTES + recordBytes) {
      staging = ByteBuffer.allocateDirect(Keys.BYTES + recordBytes + (64 << 10));
    }
    block.writeTo(staging.clear().put(key));
    ByteBuffer directKey = staging.slice(0, Keys.BYTES);
    ByteBuffer directRecord = staging.slice(Keys.BYTES, recordBytes);
    batch.put(families.blocks(), directKey, directRecord);
  }

  /** Forgets a block; its record stays until its file goes. */
  synchronized void forget(long id, Fingerprint fingerprint, boolean indexed) throws IOException {
    failure.check();
    BlockStatistics sum = fingerprint.removedFrom(written.statistics);
    forgetHalfStaged();
    try {
      fingerprints.stageDelete(batch, Keys.of(id));
      if (indexed) {
        batch.delete(families.index(), fingerprint.hash().bytes());
      }
      damaged.stageRemoval(batch, id);
      write(written.step(sum));
    } catch (RocksDBException e) {
      throw failure.set(e);
    }
    damaged.remove(id);
  }

  /** Deletes the records with ids in {@code [from, to)}. */
  synchronized void deleteRecords(long from, long to) throws IOException {
    failure.check();
    forgetHalfStaged();
    try {
      batch.deleteRange(families.blocks(), Keys.of(from), Keys.of(to));
      write(written.step(written.statistics));
    } catch (RocksDBException e) {
      throw failure.set(e);
    }
  }

  /** Makes it known for later openings that a block is damaged. */
  synchronized void markDamaged(long id) throws IOException {
    failure.check();
    forgetHalfStaged();
    try {
      damaged.stageAddition(batch, id);
      write(written.step(written.statistics));
    } catch (RocksDBException e) {
      throw failure.set(e);
    }
  }

  /** Takes back {@link #markDamaged} for an id that nobody needs any more, or that reads again. */
  synchronized void unmarkDamaged(long id) throws IOException {
    failure.check();
    forgetHalfStaged();
    try {
      damaged.stageRemoval(batch, id);
      write(written.step(written.statistics));
    } catch (RocksDBException e) {
      throw failure.set(e);
    }
    damaged.remove(id);
  }

  /** Keeps a setting of the store. */
  synchronized void keep(byte[] key, byte[] value) throws IOException {
    forgetHalfStaged();
    try {
      batch.put(families.settingsFamily(), key, value);
      write(written.step(written.statistics));
    } catch (RocksDBException e) {
      throw failure.set(e);
    }
  }

  /** What was staged before an error, or a lack of memory, is not to go with the next batch. */
  @GuardedBy("this")
  private void forgetHalfStaged() {
    batch.clear();
  }

  /**
   * Writes the batch; then {@code next} is how far writing has come. It was made before, so that
   * nothing that may fail stands between the two.
   */
  @GuardedBy("this")
  private void write(Written next) throws RocksDBException {
    try {
      fingerprints.stageCounters(batch, next.statistics());
      writeBatch();
      written = next;
    } finally {
      batch.clear();
    }
  }

  /** What ends this with anything else than an answer leaves unknown what has been written. */
  @GuardedBy("this")
  private void writeBatch() throws RocksDBException {
    try {
      families.write(batch);
    } catch (RuntimeException | Error e) {
      failure.setUnexpected(e);
      throw e;
    }
  }

  @Override
  public synchronized void close() {
    batch.close();
  }
}
