package org.dedupfs.blocks;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A block store that forgets everything with the process, for tests: it hashes, compresses and
 * checks as the real one does, and can lose its tail ({@link #crash}), lose or corrupt a block, and
 * fail. One lock, no surprises.
 */
public final class InMemoryBlockStore implements BlockStore {
  private static final int SWEEP_STEP = 256;

  private final BlockStoreOptions options;
  private final IdLease lease;
  private final BlockFormat format;

  @GuardedBy("this")
  private final LeasedIds ids;

  /** What a caller sees. */
  @GuardedBy("this")
  private final InMemoryBlocks current;

  /** What a crash leaves: {@link #current} as of the last flush. */
  @GuardedBy("this")
  private final InMemoryBlocks durable;

  /** The steps that lead from {@link #durable} to {@link #current}. */
  @GuardedBy("this")
  private final List<Consumer<InMemoryBlocks>> unflushed = new ArrayList<>();

  @GuardedBy("this")
  private long lastAssigned;

  @GuardedBy("this")
  private long durableUpTo;

  @GuardedBy("this")
  private long unflushedBytes;

  @GuardedBy("this")
  private @Nullable LiveSet live;

  @GuardedBy("this")
  private @Nullable IOException failure;

  @GuardedBy("this")
  private boolean closed;

  public InMemoryBlockStore(IdLease lease) {
    this(BlockStoreOptions.DEFAULT, lease);
  }

  public InMemoryBlockStore(BlockStoreOptions options, IdLease lease) {
    this(options, lease, new InMemoryBlocks());
  }

  private InMemoryBlockStore(BlockStoreOptions options, IdLease lease, InMemoryBlocks durable) {
    this.options = options;
    this.lease = lease;
    this.format = new BlockFormat(HashAlgorithm.of(options.hash()), options.compression());
    this.ids = new LeasedIds(lease);
    this.current = durable.copy();
    this.durable = durable;
    this.lastAssigned = durable.blocks.isEmpty() ? 0 : durable.blocks.lastKey();
    this.durableUpTo = lastAssigned;
  }

  @Override
  public BlockHash hash(ByteBuffer raw) {
    return format.algorithm().hash(raw);
  }

  @Override
  public EncodedBlock encode(BlockHash hash, ByteBuffer raw) {
    return format.encode(hash, raw);
  }

  @Override
  public synchronized @Nullable BlockId find(BlockHash hash) throws IOException {
    ensureOpen();
    Long id = current.index.get(hash);
    if (id == null || current.damaged.contains(id)) {
      return null;
    }
    addLive(id);
    return new BlockId(id);
  }

  @Override
  public synchronized BlockId put(EncodedBlock block) throws IOException {
    ensureWritable();
    BlockId found = find(block.hash());
    if (found != null) {
      return found;
    }
    Long damaged = current.index.get(block.hash());
    long id = damaged != null ? damaged : ids.next();
    addLive(id);
    store(id, block.header(), block.record());
    if (damaged == null) {
      ids.advance();
    } else {
      flush();
    }
    return new BlockId(id);
  }

  private synchronized void store(long id, BlockHeader header, byte[] record) {
    change(state -> state.store(id, header, record));
    lastAssigned = Math.max(lastAssigned, id);
    unflushedBytes += record.length;
  }

  private synchronized void change(Consumer<InMemoryBlocks> step) {
    step.accept(current);
    unflushed.add(step);
  }

  private synchronized void addLive(long id) {
    if (live != null) {
      live.add(id);
    }
  }

  @Override
  public byte[] read(BlockId id, int check) throws IOException {
    byte[] record = stored(id);
    try {
      return format.decode(id, record, check, options.verifyReads());
    } catch (BlockDamagedException e) {
      markDamaged(id);
      throw e;
    }
  }

  @Override
  public byte[] record(BlockId id) throws IOException {
    byte[] record = stored(id);
    try {
      format.verify(id, record);
      return record.clone();
    } catch (BlockDamagedException e) {
      markDamaged(id);
      throw e;
    }
  }

  private synchronized byte[] stored(BlockId id) throws IOException {
    ensureOpen();
    byte[] record = current.blocks.get(id.value());
    if (record == null) {
      markDamaged(id);
      throw new BlockDamagedException(id, "is missing");
    }
    return record;
  }

  /** Not what was swept, nor what is sound and only not what the reader takes it for. */
  private synchronized void markDamaged(BlockId id) {
    byte[] record = current.blocks.get(id.value());
    if (current.fingerprints.containsKey(id.value()) && (record == null || !isSound(id, record))) {
      change(state -> state.damaged.add(id.value()));
    }
  }

  @Override
  public synchronized @Nullable BlockSize size(BlockId id) throws IOException {
    ensureOpen();
    BlockHeader header = current.fingerprints.get(id.value());
    byte[] record = current.blocks.get(id.value());
    return header == null || record == null
        ? null
        : new BlockSize(header.rawBytes(), record.length);
  }

  @Override
  public synchronized @Nullable Fingerprint fingerprint(BlockId id) throws IOException {
    ensureOpen();
    BlockHeader header = current.fingerprints.get(id.value());
    byte[] record = current.blocks.get(id.value());
    return header == null
        ? null
        : new Fingerprint(header.hash(), header.rawBytes(), record == null ? 0 : record.length);
  }

  @Override
  public synchronized List<BlockId> stored(BlockId from, int limit) throws IOException {
    ensureOpen();
    return current.fingerprints.keySet().stream()
        .filter(id -> id >= from.value())
        .sorted()
        .limit(limit)
        .map(BlockId::new)
        .toList();
  }

  @Override
  public synchronized int verify(BlockId id) throws IOException {
    ensureOpen();
    boolean known = current.fingerprints.containsKey(id.value());
    return known || current.blocks.containsKey(id.value()) ? record(id).length : 0;
  }

  /** What is in memory agrees. */
  @Override
  public void check(Consumer<BlockFinding> found, SweepProgress progress) throws IOException {
    ensureOpen();
  }

  @Override
  public synchronized long lastAssigned() {
    return lastAssigned;
  }

  @Override
  public synchronized long durableUpTo() {
    return durableUpTo;
  }

  /** Loses nothing that was durable. */
  @Override
  public long durableMark() {
    return 0;
  }

  @Override
  public synchronized long unflushedBytes() {
    return unflushedBytes;
  }

  @Override
  public synchronized void flush() throws IOException {
    ensureWritable();
    unflushed.forEach(step -> step.accept(durable));
    unflushed.clear();
    durableUpTo = lastAssigned;
    unflushedBytes = 0;
  }

  @Override
  public synchronized void restore(BlockId id, byte[] record) throws IOException {
    ensureWritable();
    BlockHeader header = format.verify(id, record);
    byte[] present = current.blocks.get(id.value());
    if (present != null && isSound(id, present) && !current.damaged.contains(id.value())) {
      return;
    }
    store(id.value(), header, record.clone());
    if (id.value() <= durableUpTo) {
      flush();
    }
  }

  private boolean isSound(BlockId id, byte[] record) {
    try {
      format.verify(id, record);
      return true;
    } catch (BlockDamagedException e) {
      return false;
    }
  }

  @Override
  public synchronized Collection<BlockId> damaged() {
    return current.damaged.stream().map(BlockId::new).toList();
  }

  @Override
  public synchronized void beginMark(LiveSet liveSet) {
    if (live != null) {
      throw new IllegalStateException("a mark is running");
    }
    live = liveSet;
  }

  @Override
  public synchronized void endMark() {
    live = null;
  }

  @Override
  public SweepResult sweep(BlockId below, SweepProgress progress) throws IOException {
    List<Long> candidates = candidates(below);
    long blocks = 0;
    long storedBytes = 0;
    long rawBytes = 0;
    for (int i = 0; i < candidates.size(); i++) {
      long id = candidates.get(i);
      synchronized (this) {
        LiveSet marked = live;
        if (marked == null) {
          throw new IllegalStateException("no mark is running");
        }
        byte[] record = current.blocks.get(id);
        BlockHeader header = current.fingerprints.get(id);
        if (!marked.contains(id)) {
          change(state -> state.delete(id));
          if (record != null && header != null) {
            blocks++;
            storedBytes += record.length;
            rawBytes += header.rawBytes();
          }
        }
      }
      if (i % SWEEP_STEP == SWEEP_STEP - 1 || i == candidates.size() - 1) {
        progress.tell(id);
      }
    }
    flush();
    return new SweepResult(blocks, storedBytes, rawBytes);
  }

  @Override
  public synchronized SweepResult countDead(BlockId below, SweepProgress progress)
      throws IOException {
    LiveSet marked = live;
    if (marked == null) {
      throw new IllegalStateException("no mark is running");
    }
    long blocks = 0;
    long storedBytes = 0;
    long rawBytes = 0;
    for (long id : current.blocks.headMap(below.value()).keySet()) {
      BlockHeader header = current.fingerprints.get(id);
      byte[] record = current.blocks.get(id);
      if (!marked.contains(id) && header != null && record != null) {
        blocks++;
        storedBytes += record.length;
        rawBytes += header.rawBytes();
      }
      progress.tell(id);
    }
    return new SweepResult(blocks, storedBytes, rawBytes);
  }

  private synchronized List<Long> candidates(BlockId below) throws IOException {
    ensureWritable();
    if (live == null) {
      throw new IllegalStateException("no mark is running");
    }
    TreeSet<Long> candidates = new TreeSet<>(current.blocks.headMap(below.value()).keySet());
    candidates.addAll(current.damaged.headSet(below.value()));
    return new ArrayList<>(candidates);
  }

  @Override
  public synchronized BlockStatistics statistics() {
    long raw = current.fingerprints.values().stream().mapToLong(BlockHeader::rawBytes).sum();
    long stored = current.blocks.values().stream().mapToLong(record -> record.length).sum();
    return new BlockStatistics(current.fingerprints.size(), raw, stored);
  }

  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    if (failure == null && !options.readOnly()) {
      flush();
    }
    closed = true;
    format.close();
  }

  /** What is left after a crash: a new store with what was durable, and a fresh lease. */
  public InMemoryBlockStore crash() {
    return crash(lease);
  }

  /** As {@link #crash()}, with ids from elsewhere. This store is closed without a flush. */
  public synchronized InMemoryBlockStore crash(IdLease nextLease) {
    closed = true;
    format.close();
    return new InMemoryBlockStore(options, nextLease, durable.copy());
  }

  /** What {@link #close} left, opened again. */
  public synchronized InMemoryBlockStore reopened(
      BlockStoreOptions nextOptions, IdLease nextLease) {
    if (!closed) {
      throw new IllegalStateException("the store is open");
    }
    return new InMemoryBlockStore(nextOptions, nextLease, durable.copy());
  }

  /** Takes a block away behind the store's back, as a lost file would. */
  public synchronized void lose(BlockId id) {
    current.blocks.remove(id.value());
    durable.blocks.remove(id.value());
  }

  /** Flips a bit in the last byte of a block behind the store's back. */
  public synchronized void corrupt(BlockId id) {
    for (InMemoryBlocks state : Set.of(current, durable)) {
      state.blocks.computeIfPresent(
          id.value(),
          (key, record) -> {
            byte[] flipped = record.clone();
            flipped[flipped.length - 1] ^= 1;
            return flipped;
          });
    }
  }

  /** Lets every later put, restore, sweep and flush fail with this, as after a write error. */
  public synchronized void failWith(IOException cause) {
    failure = cause;
  }

  private synchronized void ensureOpen() throws IOException {
    if (closed) {
      throw new IOException("the block store is closed");
    }
  }

  private synchronized void ensureWritable() throws IOException {
    ensureOpen();
    if (failure != null) {
      throw new IOException("the block store has failed: " + failure.getMessage(), failure);
    }
    if (options.readOnly()) {
      throw new IOException("the block store is open for reading only");
    }
  }

  /** The ids of all stored blocks, ascending. */
  public synchronized Collection<BlockId> stored() {
    return new TreeSet<>(current.blocks.keySet()).stream().map(BlockId::new).toList();
  }
}
