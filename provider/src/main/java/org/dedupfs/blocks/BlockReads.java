package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** Reads and verifies blocks, and makes it known when one is damaged. */
final class BlockReads {
  private final RocksDbBlockStore store;
  private final BlockFormat format;
  private final BlockStoreOptions options;
  private final DamageLog damageLog;
  private final RecordBuffer.Pool buffers = new RecordBuffer.Pool();

  BlockReads(
      RocksDbBlockStore store, BlockFormat format, BlockStoreOptions options, DamageLog damageLog) {
    this.damageLog = damageLog;
    this.store = store;
    this.format = format;
    this.options = options;
  }

  /** Something that is done with the record of a block, which is gone afterwards. */
  private interface Reading<T> {
    T of(byte[] array, int length) throws IOException;
  }

  byte[] read(BlockId id, int check) throws IOException {
    return telling(
        id, (array, length) -> format.decode(id, array, length, check, options.verifyReads()));
  }

  byte[] record(BlockId id) throws IOException {
    return telling(
        id,
        (array, length) -> {
          format.verify(id, array, length);
          return Arrays.copyOf(array, length);
        });
  }

  int verify(BlockId id) throws IOException {
    StoreGate.Inside inside = store.gate().enter();
    try (inside) {
      Fingerprint fingerprint = store.fingerprints().get(id.value());
      if (fingerprint == null && recordOrNull(id) == null) {
        return 0;
      }
      return telling(
          id,
          (array, length) -> {
            BlockHash hash = format.verify(id, array, length).hash();
            if (fingerprint != null && !fingerprint.hash().equals(hash)) {
              throw new BlockDamagedException(
                  id, "has hash " + hash + ", its fingerprint says " + fingerprint.hash());
            }
            return length;
          });
    } catch (BlockDamagedException e) {
      if (isGone(id)) {
        return 0; // was swept meanwhile
      }
      throw e;
    }
  }

  private boolean isGone(BlockId id) throws IOException {
    StoreGate.Inside inside = store.gate().enter();
    try (inside) {
      return store.fingerprints().get(id.value()) == null && recordOrNull(id) == null;
    } catch (BlockDamagedException e) {
      return false;
    }
  }

  private <T> T telling(BlockId id, Reading<T> reading) throws IOException {
    RecordBuffer buffer = buffers.borrow(); // may fail for lack of memory: before the gate
    StoreGate.Inside inside = store.gate().enter();
    try (inside) {
      if (!recordIn(buffer, id)) {
        throw new BlockDamagedException(id, "is missing");
      }
      T read = reading.of(buffer.bytes(), buffer.length());
      if (store.damagedBlocks().contains(id.value())) {
        acquit(id);
      }
      return read;
    } catch (BlockDamagedException e) {
      tell(e);
      throw e;
    } finally {
      buffers.giveBack(buffer);
    }
  }

  private boolean recordIn(RecordBuffer buffer, BlockId id) throws IOException {
    try {
      return store.families().payload(Keys.of(id.value()), buffer);
    } catch (RocksDBException e) {
      throw failure(id, e);
    }
  }

  private byte[] stored(BlockId id) throws IOException {
    byte[] record = recordOrNull(id);
    if (record == null) {
      throw new BlockDamagedException(id, "is missing");
    }
    return record;
  }

  private byte @Nullable [] recordOrNull(BlockId id) throws IOException {
    return recordOrNull(id, store.families()::payload);
  }

  /** Where records are read. */
  @FunctionalInterface
  private interface Source {
    byte @Nullable [] record(byte[] key) throws RocksDBException;
  }

  private static byte @Nullable [] recordOrNull(BlockId id, Source source) throws IOException {
    try {
      return source.record(Keys.of(id.value()));
    } catch (RocksDBException e) {
      throw failure(id, e);
    }
  }

  private static IOException failure(BlockId id, RocksDBException e) {
    if (!RocksErrors.isDamage(e)) {
      return RocksErrors.onRead(e);
    }
    BlockDamagedException damage = new BlockDamagedException(id, "is damaged: " + e.getMessage());
    damage.initCause(e);
    return damage;
  }

  /** Makes the damage known, here and to later openings if that can be written. */
  private void tell(BlockDamagedException damage) {
    try {
      StoreGate.Inside inside = store.gate().enter();
      try (inside) {
        if (tell(damage.block())) {
          damageLog.found(damage);
        }
      }
    } catch (IOException e) {
      damage.addSuppressed(e);
    }
  }

  /**
   * The reader may have been late: a block that was swept since it learnt of the id is no damage,
   * nor is one that was healed meanwhile, nor one that is sound but not what the reader takes it
   * for. So all is looked at once more, under the lock that puts and sweeps take.
   *
   * @return whether it is damaged and that was not known
   */
  private boolean tell(BlockId id) throws IOException {
    Fingerprint fingerprint = store.fingerprints().get(id.value());
    if (fingerprint == null || store.damagedBlocks().contains(id.value())) {
      return false; // without a fingerprint it is never a hit, and need not be kept from being one
    }
    synchronized (store.stripes().of(fingerprint.hash())) {
      if (store.fingerprints().get(id.value()) == null || holds(id, fingerprint.hash())) {
        return false;
      }
      boolean isNew = store.damagedBlocks().add(id.value());
      if (!options.readOnly() && !store.failure().isSet()) {
        store.writer().markDamaged(id.value());
        store.flusher().request();
      }
      return isNew;
    }
  }

  /**
   * Takes back that a block is damaged, after it was read: what failed then were not its bytes but
   * the disk for a moment.
   */
  private void acquit(BlockId id) {
    if (options.readOnly() || store.failure().isSet()) {
      return;
    }
    try {
      Fingerprint fingerprint = store.fingerprints().get(id.value());
      if (fingerprint == null) {
        return;
      }
      synchronized (store.stripes().of(fingerprint.hash())) {
        if (store.fingerprints().get(id.value()) != null
            && store.damagedBlocks().contains(id.value())
            && holds(id, fingerprint.hash())) {
          store.writer().unmarkDamaged(id.value());
          store.flusher().request();
          damageLog.readAgain(id);
        }
      }
    } catch (IOException e) {
      // The bytes are there, so who reads them gets them. The mark stays and costs nothing but its
      // being told; a failure to write is kept by the store, whose next writer hears of it.
    }
  }

  /**
   * Whether a stored block has exactly these bytes; false when it cannot be read, which is then
   * known.
   *
   * @throws BlockCollisionException if it has others
   */
  boolean holdsBytes(BlockId id, BlockHash hash, ByteBuffer raw) throws IOException {
    byte[] there;
    try {
      there = telling(id, (array, length) -> format.decode(id, array, length, hash.check(), true));
    } catch (BlockDamagedException e) {
      return false;
    }
    if (!ByteBuffer.wrap(there).equals(raw)) {
      throw new BlockCollisionException(id, hash);
    }
    return true;
  }

  /**
   * Whether a block is there and sound. For one of many in the order of their ids; to be called
   * under the stripe of the hash.
   *
   * @param record one that is sound
   * @param expected its header
   */
  boolean isSound(BlockId id, byte[] record, BlockHeader expected) throws IOException {
    if (id.value() > store.writer().written().lastAssigned()) {
      return false;
    }
    Fingerprint fingerprint = store.fingerprints().get(id.value());
    if (fingerprint == null
        || !fingerprint.hash().equals(expected.hash())
        || store.damagedBlocks().contains(id.value())) {
      return false;
    }
    try {
      byte[] there = recordOrNull(id, store.families()::payloadAmongOthers);
      return there != null && (Arrays.equals(there, record) || isOf(id, there, expected.hash()));
    } catch (BlockDamagedException e) {
      return false;
    }
  }

  private boolean holds(BlockId id, BlockHash hash) throws IOException {
    try {
      return isOf(id, stored(id), hash);
    } catch (BlockDamagedException e) {
      return false;
    }
  }

  private boolean isOf(BlockId id, byte[] record, BlockHash hash) throws BlockDamagedException {
    return format.verify(id, record).hash().equals(hash);
  }
}
