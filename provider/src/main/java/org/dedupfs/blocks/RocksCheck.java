package org.dedupfs.blocks;

import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.dedupfs.blocks.BlockFinding.Kind;
import org.jspecify.annotations.Nullable;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.rocksdb.SstFileReader;

/**
 * Looks at files, index, fingerprints and counters, as of one moment. Records are left to whoever
 * verifies blocks.
 */
final class RocksCheck {
  private static final int ENTRIES_PER_LOOK = 4_096;

  private final RocksDbBlockStore store;
  private final RocksFamilies families;
  private long looked;

  RocksCheck(RocksDbBlockStore store) {
    this.store = store;
    this.families = store.families();
  }

  void run(Consumer<BlockFinding> found, SweepProgress progress) throws IOException {
    StoreGate.Inside inside = store.gate().enter();
    try (inside) {
      checkFiles(found, progress);
      Snapshot moment = families.db().getSnapshot();
      try (ReadOptions then = new ReadOptions().setSnapshot(moment).setFillCache(false)) {
        checkFingerprints(then, found, progress);
        checkIndex(then, found, progress);
      } finally {
        families.db().releaseSnapshot(moment);
        moment.close();
      }
    }
  }

  /** A file that is gone when it is looked at may have been compacted: so it is asked for again. */
  private void checkFiles(Consumer<BlockFinding> found, SweepProgress progress) throws IOException {
    for (LiveFileMetaData file : files()) {
      String wrong = wrongWith(file);
      if (wrong != null && files().stream().anyMatch(f -> f.fileName().equals(file.fileName()))) {
        found.accept(new BlockFinding(kindOf(file), 0, pathOf(file) + wrong));
      }
      progress.tell(0);
    }
  }

  private static Kind kindOf(LiveFileMetaData file) {
    byte[] family = file.columnFamilyName();
    return Arrays.equals(family, RocksFamilies.INDEX_NAME)
            || Arrays.equals(family, RocksFamilies.FINGERPRINTS_NAME)
        ? Kind.INDEX_FILE
        : Kind.FILE;
  }

  private List<LiveFileMetaData> files() {
    return families.db().getLiveFilesMetaData();
  }

  private static File pathOf(LiveFileMetaData file) {
    return new File(file.path(), file.fileName());
  }

  private static @Nullable String wrongWith(LiveFileMetaData file) {
    File path = pathOf(file);
    if (!path.isFile()) {
      return " is missing";
    }
    if (path.length() != file.size()) {
      return " has " + path.length() + " bytes instead of " + file.size();
    }
    if (Arrays.equals(file.columnFamilyName(), RocksFamilies.BLOCKS_NAME)) {
      return null; // large, and verified block by block
    }
    try (Options options = new Options();
        SstFileReader reader = new SstFileReader(options)) {
      reader.open(path.getPath());
      reader.verifyChecksum();
      return null;
    } catch (RocksDBException e) {
      return " is damaged: " + e.getMessage();
    }
  }

  private void checkFingerprints(
      ReadOptions then, Consumer<BlockFinding> found, SweepProgress progress) throws IOException {
    BlockStatistics sum = new BlockStatistics(0, 0, 0);
    try (Slice end = new Slice(Keys.of(Long.MAX_VALUE));
        ReadOptions bounded = new ReadOptions(then).setIterateUpperBound(end);
        RocksIterator entries = families.db().newIterator(families.fingerprints(), bounded)) {
      for (entries.seek(Keys.of(1)); entries.isValid(); entries.next()) {
        byte[] value = entries.value();
        long id = Keys.number(entries.key(), 0);
        if (value.length < HashAlgorithm.MIN_BYTES) {
          found.accept(
              new BlockFinding(Kind.UNREADABLE, id, "the fingerprint of #" + id + " is malformed"));
          continue;
        }
        Fingerprint fingerprint = Fingerprint.of(value);
        sum = fingerprint.addedTo(sum);
        if (!isIndexed(id, fingerprint.hash(), then)) {
          found.accept(
              new BlockFinding(
                  Kind.NOT_INDEXED, id, "look-ups do not find block #" + id + " by its hash"));
        }
        look(progress, id);
      }
      entries.status();
    } catch (RocksDBException e) {
      found.accept(unreadable("fingerprints", e));
      return;
    }
    checkCounters(sum, then, found);
  }

  private void checkCounters(BlockStatistics sum, ReadOptions then, Consumer<BlockFinding> found)
      throws IOException {
    try {
      BlockStatistics kept = store.fingerprints().kept(then);
      if (kept != null && !kept.equals(sum)) {
        found.accept(
            new BlockFinding(
                Kind.COUNTERS, 0, "the counters of blocks say " + kept + ", there are " + sum));
      }
    } catch (RocksDBException e) {
      found.accept(unreadable("fingerprints", e));
    }
  }

  /** By this id, or by another one that has the same bytes. */
  private boolean isIndexed(long id, BlockHash hash, ReadOptions then) throws RocksDBException {
    byte[] named = families.db().get(families.index(), then, hash.bytes());
    if (named == null || named.length != Keys.BYTES) {
      return false;
    }
    return Keys.number(named, 0) == id || names(named, hash.bytes(), then);
  }

  private boolean names(byte[] key, byte[] hash, ReadOptions then) throws RocksDBException {
    byte[] value = families.db().get(families.fingerprints(), then, key);
    return value != null
        && value.length >= HashAlgorithm.MIN_BYTES
        && Arrays.equals(Fingerprint.of(value).hash().bytes(), hash);
  }

  private void checkIndex(ReadOptions then, Consumer<BlockFinding> found, SweepProgress progress)
      throws IOException {
    try (RocksIterator entries = families.db().newIterator(families.index(), then)) {
      for (entries.seekToFirst(); entries.isValid(); entries.next()) {
        byte[] id = entries.value();
        if (id.length != Keys.BYTES || !names(id, entries.key(), then)) {
          long block = id.length == Keys.BYTES ? Keys.number(id, 0) : 0;
          found.accept(
              new BlockFinding(
                  Kind.STALE_INDEX, block, "the index names #" + block + " for another hash"));
        }
        look(progress, 0);
      }
      entries.status();
    } catch (RocksDBException e) {
      found.accept(unreadable("index", e));
    }
  }

  private static BlockFinding unreadable(String family, RocksDBException e) throws IOException {
    if (!RocksErrors.isDamage(e)) {
      throw RocksErrors.onRead(e);
    }
    return new BlockFinding(
        Kind.UNREADABLE, 0, "the " + family + " of the blocks cannot be read: " + e.getMessage());
  }

  private void look(SweepProgress progress, long id) throws IOException {
    if (++looked % ENTRIES_PER_LOOK == 0) {
      progress.tell(id);
    }
  }
}
