package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** What a store is made for and cannot be changed: the format of its families, and the hash. */
final class StoreSettings {
  private static final byte[] FORMAT_KEY = "format".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HASH_KEY = "hash".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FORMAT = {1};

  private StoreSettings() {}

  /**
   * Compares what a store is made for with what it is opened for; writes it into a new store.
   *
   * @throws IOException if they differ; says in what
   */
  static void check(
      Path directory, BlockStoreOptions options, RocksFamilies families, BlockWriter writer)
      throws IOException {
    byte[] hash = options.hash().getBytes(StandardCharsets.US_ASCII);
    byte[] storedFormat = get(families, FORMAT_KEY);
    byte[] storedHash = get(families, HASH_KEY);
    if (storedFormat == null || storedHash == null) {
      if (writer.written().lastAssigned() != 0) {
        throw new BlockStoreDamagedException(
            "the blocks in " + directory + " have lost their settings; repair the store", null);
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

  private static byte @Nullable [] get(RocksFamilies families, byte[] key) throws IOException {
    try {
      return families.get(families.settingsFamily(), key);
    } catch (RocksDBException e) {
      throw RocksErrors.onRead(e);
    }
  }
}
