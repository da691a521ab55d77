package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.SstFileReaderIterator;

/** Finds out which hash blocks are stored under, where that is recorded nowhere any more. */
public final class HashSearch {
  private static final int RECORDS_PER_TABLE = 64;

  private final List<BlockFormat> formats = new ArrayList<>();
  private boolean any;
  private @Nullable String name;

  private HashSearch() {
    for (String each : HashAlgorithm.allowed()) {
      formats.add(new BlockFormat(HashAlgorithm.of(each), Compression.DEFAULT));
    }
  }

  /**
   * What was found.
   *
   * @param any whether there are blocks at all, be they readable or not
   * @param name the JCA name of the hash; null if no block tells it
   */
  public record Result(boolean any, @Nullable String name) {}

  /**
   * Looks at some blocks of each file in a directory, and at {@code others}, which are records of
   * blocks that may not be there yet.
   *
   * @throws IOException if they cannot be read for a reason that is none of theirs
   */
  public static Result run(Path directory, List<byte[]> others) throws IOException {
    RocksDB.loadLibrary();
    HashSearch search = new HashSearch();
    try {
      for (byte[] record : others) {
        search.look(record);
      }
      for (Path table : BlockRescue.files(directory)) {
        search.look(table);
      }
      return new Result(search.any, search.name);
    } finally {
      search.formats.forEach(BlockFormat::close);
    }
  }

  private void look(Path table) throws IOException {
    if (name != null) {
      return;
    }
    try (BlockRescue.OpenTable open = BlockRescue.OpenTable.of(table)) {
      if (open.holdsBlocks()) {
        any = true;
        look(open.reader());
      }
    } catch (RocksDBException e) {
      RocksErrors.requireDamage(table, e);
      any = true;
    }
  }

  private void look(SstFileReader reader) throws RocksDBException {
    try (ReadOptions reading = new ReadOptions().setFillCache(false);
        SstFileReaderIterator entries = reader.newIterator(reading)) {
      entries.seekToFirst();
      for (int i = 0; i < RECORDS_PER_TABLE && entries.isValid() && name == null; i++) {
        look(entries.value());
        entries.next();
      }
      entries.status();
    }
  }

  private void look(byte[] record) {
    any = true;
    for (BlockFormat format : formats) {
      if (name == null && matches(format, record)) {
        name = format.algorithm().toString();
      }
    }
  }

  /** A digest that fits is proof: it has 256 bits at least. */
  private static boolean matches(BlockFormat format, byte[] record) {
    BlockId unknown = new BlockId(1);
    try {
      BlockHeader header = BlockHeader.read(unknown, record);
      if (header.hash().bytes().length != format.algorithm().digestBytes()) {
        return false;
      }
      format.verify(unknown, record);
      return true;
    } catch (BlockDamagedException e) {
      return false; // stored under another hash, or damaged
    }
  }
}
