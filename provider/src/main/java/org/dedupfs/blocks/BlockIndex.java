package org.dedupfs.blocks;

import java.io.IOException;
import java.util.function.ObjLongConsumer;
import org.rocksdb.RocksDBException;

/**
 * Finds blocks by their hash: first among the fingerprints at hand, then in the index, whose answer
 * counts only if the fingerprint of that id is this hash. To be called under the stripe of the
 * hash.
 */
final class BlockIndex implements FingerprintCache.Loader {
  /** No id: what stands in the index cannot be read, now or ever. */
  static final long UNREADABLE = -1;

  private final RocksFamilies families;
  private final Fingerprints fingerprints;
  private final IndexDamage damage;
  private final FingerprintCache cache;

  BlockIndex(
      RocksFamilies families,
      Fingerprints fingerprints,
      IndexDamage damage,
      int hashBytes,
      long cacheBytes) {
    this.families = families;
    this.fingerprints = fingerprints;
    this.damage = damage;
    this.cache = new FingerprintCache(hashBytes, cacheBytes, this);
  }

  /** The id of the block with this hash, damaged or not, or 0. */
  long find(BlockHash hash) throws IOException {
    long id = cache.find(hash);
    if (id != 0) {
      return id;
    }
    id = named(hash);
    return id > 0 && cache.matches(id, hash) ? id : 0;
  }

  /** The id that the index names for a hash, 0 for none, or {@link #UNREADABLE}. */
  long named(BlockHash hash) throws IOException {
    byte[] value = new byte[Keys.BYTES];
    try {
      int length = families.get(families.index(), hash.bytes(), value);
      return length == Keys.BYTES ? Math.max(0, Keys.number(value, 0)) : 0;
    } catch (RocksDBException e) {
      damage.accept(e);
      return UNREADABLE;
    }
  }

  /** To be called after a block was written. */
  void put(long id, BlockHash hash) throws IOException {
    cache.put(id, hash);
  }

  /** To be called after a block was forgotten. */
  void remove(long id) {
    cache.remove(id);
  }

  @Override
  public boolean holds(long id, BlockHash hash) throws IOException {
    Fingerprint fingerprint = fingerprints.get(id);
    return fingerprint != null && fingerprint.hash().equals(hash);
  }

  @Override
  public void load(long first, ObjLongConsumer<byte[]> hashes) throws IOException {
    try {
      fingerprints.scan(
          first,
          first + FingerprintCache.PAGE_IDS,
          (id, fingerprint) -> {
            hashes.accept(fingerprint.hash().bytes(), id);
            return true;
          });
    } catch (RocksDBException e) {
      damage.accept(e);
    }
  }
}
