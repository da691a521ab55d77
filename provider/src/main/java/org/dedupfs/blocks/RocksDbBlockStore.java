package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.dedupfs.StoreFigure;
import org.dedupfs.activity.Activity;
import org.dedupfs.activity.FlushTiming;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Blocks in RocksDB, which runs without a log: families {@code blocks} (BlockId to record), {@code
 * index} (hash to BlockId) and {@code fingerprints} (BlockId to hash and lengths, and the counters)
 * are always written together and flushed together.
 *
 * <p>Locks, from the outside in: the gate (shared; alone to close), a stripe of the hash, the
 * writer, the flush. A stripe makes look-up and put of one hash, and its deletion by a sweep,
 * exclude each other.
 */
public final class RocksDbBlockStore implements BlockStore {
  private final BlockStoreOptions options;
  private final BlockFormat format;
  private final RocksFamilies families;
  private final StoreFailure failure = new StoreFailure();
  private final DamagedBlocks damaged;
  private final Fingerprints fingerprints;
  private final BlockIndex index;
  private final BlockWriter writer;
  private final Flusher flusher;
  private final BlockReads reads;
  private final Activity activity;
  private final StoreGate gate = new StoreGate();
  private final HashStripes stripes = new HashStripes();

  private RocksDbBlockStore(
      RocksFamilies families, BlockStoreOptions options, IdLease lease, Activity activity)
      throws IOException {
    this.families = families;
    this.activity = activity;
    this.options = options;
    HashAlgorithm algorithm = HashAlgorithm.of(options.hash());
    this.format = new BlockFormat(algorithm, options.compression());
    IndexDamage damage = new IndexDamage(activity.store());
    this.fingerprints = new Fingerprints(families, damage);
    this.damaged = new DamagedBlocks(families);
    this.index =
        new BlockIndex(
            families,
            fingerprints,
            damage,
            algorithm.digestBytes(),
            options.cacheBytes() >> RocksSettings.FINGERPRINT_CACHE_SHIFT);
    this.writer =
        new BlockWriter(families, fingerprints, damaged, failure, options.verifyWrites(), lease);
    this.flusher =
        new Flusher(new Flushing(), writer::written, failure, options.writeBufferBytes());
    this.reads = new BlockReads(this, format, options, new DamageLog(activity.store()));
  }

  /**
   * Opens the blocks in a directory.
   *
   * @param lease where new ids come from; a fresh range is taken for this opening
   * @throws BlockStoreDamagedException if files are missing or malformed; says which and what to do
   * @throws BlockStoreFullException if there is no space to open it
   * @throws IOException if it is in use, or cannot be read
   */
  public static RocksDbBlockStore open(Path directory, BlockStoreOptions options, IdLease lease)
      throws IOException {
    return open(directory, options, lease, BlockStoreMark.UNKNOWN);
  }

  /**
   * As {@link #open(Path, BlockStoreOptions, IdLease)}, for those who kept the mark of what they
   * rely on.
   *
   * @throws BlockListDamagedException if the store has lost what was durable then
   * @throws ForeignBlocksException if it is another store
   */
  public static RocksDbBlockStore open(
      Path directory, BlockStoreOptions options, IdLease lease, BlockStoreMark mark)
      throws IOException {
    return open(directory, options, lease, mark, Activity.unwatched());
  }

  /**
   * As {@link #open(Path, BlockStoreOptions, IdLease, BlockStoreMark)}.
   *
   * @param activity where what is done is counted
   */
  public static RocksDbBlockStore open(
      Path directory,
      BlockStoreOptions options,
      IdLease lease,
      BlockStoreMark mark,
      Activity activity)
      throws IOException {
    RocksFamilies families = RocksFamilies.open(directory, options, mark);
    RocksDbBlockStore store = null;
    try {
      store = new RocksDbBlockStore(families, options, lease, activity);
      store.damaged.load();
      StoreSettings.check(directory, options, families, store.writer);
      store.flusher.start();
      return store;
    } catch (IOException
        | RuntimeException
        | Error e) { // out of memory, or of threads, for example
      if (store != null) {
        store.writer.close();
      }
      families.close();
      if (e.getCause() instanceof RocksDBException cause) {
        throw RocksErrors.onOpen(directory, cause);
      }
      throw e;
    }
  }

  /** Which store is in a directory; null if that cannot be told. */
  public static @Nullable String identity(Path directory) throws IOException {
    return RocksFamilies.identity(directory);
  }

  /** Whether there are blocks in a directory, or files of which that cannot be told. */
  public static boolean mayHoldBlocks(Path directory) throws IOException {
    return BlockRescue.mayHoldBlocks(directory);
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
  public @Nullable BlockId find(BlockHash hash) throws IOException {
    StoreGate.Inside inside = gate.enter();
    try (inside) {
      HashStripes.Stripe stripe = stripes.of(hash);
      synchronized (stripe) {
        long id = index.find(hash);
        if (id != 0 && !damaged.contains(id)) {
          activity.count(StoreFigure.BLOCKS_FOUND);
          return stripes.hit(id);
        }
        stripe.missing = id == 0 ? hash : null;
        return null;
      }
    }
  }

  @Override
  public @Nullable BlockId find(BlockHash hash, ByteBuffer raw) throws IOException {
    BlockId found = find(hash);
    boolean usable =
        found == null || !options.verifyWrites() || reads.holdsBytes(found, hash, raw.duplicate());
    return usable ? found : null;
  }

  @Override
  public BlockId put(EncodedBlock block) throws IOException {
    ensureWritable();
    flusher.admit();
    StoreGate.Inside inside = gate.enter();
    try (inside) {
      HashStripes.Stripe stripe = stripes.of(block.hash());
      synchronized (stripe) {
        long id = block.hash().equals(stripe.missing) ? 0 : index.find(block.hash());
        stripe.missing = null;
        if (id == 0) {
          id = writer.append(block);
          index.put(id, block.hash());
          countPut(block);
        } else if (damaged.contains(id) || !isVerified(id, block)) {
          replace(id, block, true);
          countPut(block);
        } else {
          activity.count(StoreFigure.BLOCKS_FOUND);
        }
        flusher.written();
        return stripes.hit(id);
      }
    }
  }

  private void countPut(EncodedBlock block) {
    activity.count(StoreFigure.BLOCKS_PUT);
    activity.count(StoreFigure.BLOCK_BYTES_PUT, block.recordBytes());
  }

  private final class Flushing implements Flusher.Flush {
    @Override
    public void run() throws RocksDBException {
      FlushTiming timing = new FlushTiming(activity);
      long bytes = flusher.unflushedBytes();
      families.flush();
      timing.end(bytes);
    }

    @Override
    public void look() throws RocksDBException {
      families.mergePauses().look(System.nanoTime());
    }

    @Override
    public void ended() throws RocksDBException {
      families.mergePauses().stop();
    }
  }

  /** Whether a block that is stored already need not be written. */
  private boolean isVerified(long id, EncodedBlock block) throws IOException {
    return !options.verifyWrites()
        || reads.holdsBytes(
            new BlockId(id), block.hash(), ByteBuffer.wrap(format.decode(new BlockId(id), block)));
  }

  @Override
  public byte[] read(BlockId id, int check) throws IOException {
    return reads.read(id, check);
  }

  @Override
  public byte[] record(BlockId id) throws IOException {
    return reads.record(id);
  }

  @Override
  public int verify(BlockId id) throws IOException {
    return reads.verify(id);
  }

  @Override
  public @Nullable BlockSize size(BlockId id) throws IOException {
    StoreGate.Inside inside = gate.enter();
    try (inside) {
      Fingerprint found = fingerprints.get(id.value());
      return found == null ? null : new BlockSize(found.rawBytes(), found.storedBytes());
    }
  }

  @Override
  public @Nullable Fingerprint fingerprint(BlockId id) throws IOException {
    StoreGate.Inside inside = gate.enter();
    try (inside) {
      return fingerprints.find(id.value());
    }
  }

  @Override
  public List<BlockId> stored(BlockId from, int limit) throws IOException {
    List<BlockId> ids = new ArrayList<>();
    StoreGate.Inside inside = gate.enter();
    try (inside) {
      fingerprints.scanAll(
          from.value(),
          Long.MAX_VALUE,
          (id, fingerprint) -> {
            ids.add(new BlockId(id));
            return ids.size() < limit;
          });
    }
    return ids;
  }

  @Override
  public void check(Consumer<BlockFinding> found, SweepProgress progress) throws IOException {
    new RocksCheck(this).run(found, progress);
  }

  @Override
  public long lastAssigned() {
    return writer.written().lastAssigned();
  }

  @Override
  public long durableUpTo() {
    return flusher.durableUpTo();
  }

  @Override
  public long durableMark() {
    return families.durableMark();
  }

  @Override
  public long unflushedBytes() {
    return flusher.unflushedBytes();
  }

  @Override
  public void flush() throws IOException {
    ensureWritable();
    StoreGate.Inside inside = gate.enter();
    try (inside) {
      flusher.flush();
    }
  }

  @Override
  public void restore(BlockId id, byte[] record) throws IOException {
    ensureWritable();
    flusher.admit();
    StoreGate.Inside inside = gate.enter();
    try (inside) {
      BlockHeader header = format.verify(id, record);
      HashStripes.Stripe stripe = stripes.of(header.hash());
      synchronized (stripe) {
        stripe.missing = null;
        if (!reads.isSound(id, record, header)) {
          replace(
              id.value(), EncodedBlock.of(header, record), !isFoundElsewhere(id, header.hash()));
        }
      }
      flusher.written();
    }
  }

  /**
   * Whether look-ups find the bytes of a lost block in a later one: it was swept, they were put
   * again, and its record was still in a journal. When it is swept once more, that one has to be
   * found.
   */
  private boolean isFoundElsewhere(BlockId id, BlockHash hash) throws IOException {
    if (id.value() > writer.written().lastAssigned()) {
      return false;
    }
    long named = index.find(hash);
    return named > id.value() && !damaged.contains(named);
  }

  /**
   * Writes a block under an id that was issued before. If that is below the durable mark, the block
   * is durable when this returns, or the mark would lie; and it goes into a file of its own, for
   * files of neighbouring ids never overlap otherwise, and overlapping ones are rewritten.
   */
  private void replace(long id, EncodedBlock block, boolean indexed) throws IOException {
    if (id > flusher.durableUpTo()) {
      writer.replace(id, block, indexed);
    } else {
      writer.alone(
          () -> {
            flusher.flush();
            writer.replace(id, block, indexed);
            flusher.flush();
          });
    }
    index.put(id, block.hash());
  }

  @Override
  public Collection<BlockId> damaged() {
    return damaged.all();
  }

  @Override
  public void beginMark(LiveSet liveSet) {
    stripes.beginMark(liveSet);
  }

  @Override
  public SweepResult sweep(BlockId below, SweepProgress progress) throws IOException {
    ensureWritable();
    return new BlockSweep(this, stripes.marked(), below.value()).run(progress);
  }

  @Override
  public SweepResult countDead(BlockId below, SweepProgress progress) throws IOException {
    return new BlockSweep(this, stripes.marked(), below.value()).count(progress);
  }

  @Override
  public void endMark() {
    stripes.endMark();
  }

  @Override
  public BlockStatistics statistics() {
    return writer.written().statistics();
  }

  HashStripes stripes() {
    return stripes;
  }

  StoreGate gate() {
    return gate;
  }

  RocksFamilies families() {
    return families;
  }

  Fingerprints fingerprints() {
    return fingerprints;
  }

  BlockIndex index() {
    return index;
  }

  DamagedBlocks damagedBlocks() {
    return damaged;
  }

  BlockWriter writer() {
    return writer;
  }

  StoreFailure failure() {
    return failure;
  }

  Flusher flusher() {
    return flusher;
  }

  private void ensureWritable() throws IOException {
    if (options.readOnly()) {
      throw new IOException("the block store is open for reading only");
    }
  }

  @Override
  public void close() throws IOException {
    if (!gate.shut()) {
      return;
    }
    try {
      if (!options.readOnly() && !failure.isSet()) {
        flusher.flush();
      }
    } finally {
      flusher.close();
      writer.close();
      families.close();
      format.close();
    }
  }
}
