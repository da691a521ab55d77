package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A write-once heap of distinct blocks that may lose its tail in a crash: after one, the blocks,
 * the index and the fingerprints stand at one common point, no older than the last {@link
 * #flush()}.
 *
 * <p>All methods are safe for use by any number of threads. A block is <i>stored</i> when {@link
 * #put} returned, and <i>durable</i> when its id is at most {@link #durableUpTo()}; whoever
 * promises more keeps the block's {@link #record} elsewhere and gives it back to {@link #restore}.
 *
 * <p>An I/O error of a background task is final for this opening: every later put and flush fails,
 * reads go on.
 */
public interface BlockStore extends AutoCloseable {

  /** The largest raw block, in bytes; what claims to be larger is damaged. */
  int MAX_BLOCK_BYTES = 16 << 20;

  /** Hashes the remaining bytes of {@code raw}, whose position and limit stay as they are. */
  BlockHash hash(ByteBuffer raw);

  /**
   * Looks up a block by its hash. A hit is true: the id's fingerprint names this hash, the id is
   * not known to be damaged, and while a mark runs the id has been added to its live set before
   * this returns.
   *
   * @return the id, or null when no such block is stored
   */
  @Nullable BlockId find(BlockHash hash) throws IOException;

  /**
   * Looks up a block as {@link #find(BlockHash)} does, and with {@code verifyWrites} compares its
   * bytes, too. {@code raw} keeps position and limit.
   *
   * @param raw the bytes that have this hash
   * @return the id; null also when what is stored turns out to be damaged, so that a put heals it
   * @throws BlockCollisionException if other bytes are stored under this hash
   */
  default @Nullable BlockId find(BlockHash hash, ByteBuffer raw) throws IOException {
    return find(hash);
  }

  /**
   * Makes the record of a block (header and payload, compressed when that saves at least 1/16).
   * Costs CPU only; safe in parallel. {@code raw} keeps position and limit; its bytes must not
   * change until the block is put, which may take them from there.
   */
  EncodedBlock encode(BlockHash hash, ByteBuffer raw);

  /**
   * Stores a block unless one with the same hash is stored, and returns the id of the one there is.
   * New ids ascend in the order of the calls, so a caller that puts a stream in order keeps it
   * together. A damaged block is stored anew under the id it had. While a mark runs the id has been
   * added to its live set before this returns.
   *
   * @throws BlockCollisionException if other bytes are stored under this hash, and {@code
   *     verifyWrites} is on
   */
  BlockId put(EncodedBlock block) throws IOException;

  /**
   * Reads, verifies (when verification is on) and decompresses a block.
   *
   * @param check the first four bytes of the hash that the caller expects
   * @return the raw bytes, owned by the caller
   * @throws BlockDamagedException if the block is missing, its record is malformed, its bytes do
   *     not have the hash it claims, or its hash does not begin with {@code check}. Unless the
   *     block was swept before, or is sound by itself, the id is from then on known to be damaged
   */
  byte[] read(BlockId id, int check) throws IOException;

  /** What a block takes, cheaply; null when it is missing, or what is known of it is damaged. */
  @Nullable BlockSize size(BlockId id) throws IOException;

  /**
   * What is kept of a block beside its record, cheaply; null when there is nothing, which does not
   * say that there is no record.
   *
   * @throws BlockStoreDamagedException if that cannot be read
   */
  @Nullable Fingerprint fingerprint(BlockId id) throws IOException;

  /**
   * The ids of stored blocks from {@code from} on, ascending, at most {@code limit}: those that
   * have a fingerprint.
   *
   * @throws BlockStoreDamagedException if fingerprints cannot be read
   */
  List<BlockId> stored(BlockId from, int limit) throws IOException;

  /**
   * Reads a block and verifies all that can be: record, bytes, hash, and that it is the block that
   * its fingerprint says. What is found damaged is from then on known to be.
   *
   * @return the length of its record; 0 if there is neither record nor fingerprint
   * @throws BlockDamagedException if anything is wrong with it
   */
  int verify(BlockId id) throws IOException;

  /**
   * Checks what finds the blocks, records excepted: the files, the index and the fingerprints
   * against each other, and the counters. The store stays in use.
   *
   * @throws java.io.InterruptedIOException if {@code progress} stopped it; the thread is
   *     interrupted
   */
  void check(Consumer<BlockFinding> found, SweepProgress progress) throws IOException;

  /** The highest id assigned so far, 0 when none was. */
  long lastAssigned();

  /** Every block with an id up to this one, and nothing beyond it, survives power loss. */
  long durableUpTo();

  /**
   * Grows with what is durable, and comprises all that {@link #durableUpTo()} named before: whoever
   * keeps it can tell, when the store is opened again, that it has lost nothing of that.
   */
  long durableMark();

  /** Payload and header bytes put since what {@link #durableUpTo()} names. */
  long unflushedBytes();

  /** Makes every block durable whose put had returned before this call. */
  void flush() throws IOException;

  /** The stored record of a block, for {@link #restore}; damage is told as by {@link #read}. */
  byte[] record(BlockId id) throws IOException;

  /**
   * Puts a record back under its id after a crash; does nothing when it is there and sound. What
   * was lost in a crash is restored before anything is put or flushed: a flush makes {@link
   * #durableUpTo()} name the highest id that was restored.
   *
   * @throws BlockDamagedException if the record is not sound; nothing is changed
   */
  void restore(BlockId id, byte[] record) throws IOException;

  /** Ids that were found missing or corrupt, in this opening or an earlier one. */
  Collection<BlockId> damaged();

  /**
   * Starts a mark: from now on every id that {@link #find} or {@link #put} returns is added to
   * {@code live} first.
   *
   * @throws IllegalStateException if a mark is running
   */
  void beginMark(LiveSet live);

  /**
   * Deletes every block with an id below {@code below} that is not in the live set of the running
   * mark, in small steps, each under the lock that hits take.
   *
   * @throws java.io.InterruptedIOException if {@code progress} stopped it; the thread is
   *     interrupted, and what was deleted so far stays so
   * @throws IllegalStateException if no mark is running
   */
  SweepResult sweep(BlockId below, SweepProgress progress) throws IOException;

  /**
   * Counts what {@link #sweep} would delete at this moment, from fingerprints alone, and deletes
   * nothing.
   *
   * @throws java.io.InterruptedIOException if {@code progress} stopped it; the thread is
   *     interrupted
   * @throws IllegalStateException if no mark is running
   */
  SweepResult countDead(BlockId below, SweepProgress progress) throws IOException;

  /** Ends the mark, swept or not. */
  void endMark();

  /** Counters that are kept with the blocks; instant at any size. */
  BlockStatistics statistics();

  /** Flushes and closes; idempotent. */
  @Override
  void close() throws IOException;
}
