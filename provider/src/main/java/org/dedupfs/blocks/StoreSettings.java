package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** What a store is made for and cannot be changed: the format of its families, and the hash. */
final class StoreSettings {
  private static final byte[] FORMAT_KEY = "format".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HASH_KEY = "hash".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FORMAT = {1};

  /** There while index and fingerprints are made anew, and are not to be relied on. */
  private static final byte[] REBUILDING_KEY = "rebuilding".getBytes(StandardCharsets.US_ASCII);

  private StoreSettings() {}

  /**
   * Compares what a store is made for with what it is opened for; writes it into a new store.
   *
   * @throws IOException if they differ; says in what
   */
  static void check(
      Path directory, BlockStoreOptions options, RocksFamilies families, BlockWriter writer)
      throws IOException {
    if (get(families, REBUILDING_KEY) != null) {
      throw new BlockStoreDamagedException(
          "a repair of the blocks in " + directory + " was interrupted; run dedupfs repair STORE",
          null);
    }
    byte[] hash = options.hash().getBytes(StandardCharsets.US_ASCII);
    byte[] storedFormat = get(families, FORMAT_KEY);
    byte[] storedHash = get(families, HASH_KEY);
    if (storedFormat == null || storedHash == null) {
      if (writer.written().lastAssigned() != 0) {
        throw new BlockStoreDamagedException(
            "the blocks in " + directory + " have lost their settings; run dedupfs repair STORE",
            null);
      }
      if (!options.readOnly()) {
        writer.keep(FORMAT_KEY, FORMAT);
        writer.keep(HASH_KEY, hash);
      }
    } else if (!Arrays.equals(storedFormat, FORMAT)) {
      throw new IOException(
          "the blocks in "
              + directory
              + " have format "
              + Arrays.toString(storedFormat)
              + ", which this version does not know; use a newer one");
    } else if (!Arrays.equals(storedHash, hash)) {
      throw new IOException(
          "the blocks in "
              + directory
              + " were stored under hash "
              + new String(storedHash, StandardCharsets.US_ASCII)
              + ", not "
              + options.hash());
    }
  }

  static void stageRebuilding(WriteBatch batch, RocksFamilies families, boolean on)
      throws RocksDBException {
    if (on) {
      batch.put(families.settingsFamily(), REBUILDING_KEY, new byte[0]);
    } else {
      batch.delete(families.settingsFamily(), REBUILDING_KEY);
    }
  }

  /** The hash that a store is made for; null when that is lost. */
  static @Nullable String hash(RocksFamilies families) throws IOException {
    byte[] stored = get(families, HASH_KEY);
    return stored == null ? null : new String(stored, StandardCharsets.US_ASCII);
  }

  private static byte @Nullable [] get(RocksFamilies families, byte[] key) throws IOException {
    try {
      return families.get(families.settingsFamily(), key);
    } catch (RocksDBException e) {
      throw RocksErrors.onRead(e);
    }
  }
}
