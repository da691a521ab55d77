package org.dedupfs.blocks;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * Makes index, fingerprints and counters anew from the blocks of a closed store, all of which are
 * read and verified. A block that cannot be read keeps its old fingerprint if there is one, and is
 * noted as damaged: so it can still heal.
 *
 * <p>What is found out is written to a list beside the blocks first; only then are the old ones
 * dropped. A mark in the store keeps it from being opened before all is there again.
 */
public final class IndexRebuild {
  private static final String LIST = "repair.list";
  private static final int BATCH_BLOCKS = 1_024;

  private final RocksFamilies families;
  private final BlockFormat format;
  private final Fingerprints fingerprints;
  private final SweepProgress progress;
  private long totalBytes;
  private long bytes;
  private long lost;

  private IndexRebuild(RocksFamilies families, BlockFormat format, SweepProgress progress) {
    this.families = families;
    this.format = format;
    this.fingerprints = new Fingerprints(families, new IndexDamage(families.db().getName()));
    this.progress = progress;
  }

  /**
   * Makes them anew.
   *
   * @return how many blocks cannot be read
   * @throws BlockStoreDamagedException if the store cannot be opened even so
   */
  public static long run(Path directory, BlockStoreOptions options, SweepProgress progress)
      throws IOException {
    RocksFamilies.requireBlocks(directory);
    Path list = directory.resolve(LIST);
    // Families that an interrupted run has dropped are made.
    try (RocksFamilies families = RocksFamilies.open(directory, options.withCreate(true));
        BlockFormat format =
            new BlockFormat(HashAlgorithm.of(options.hash()), options.compression())) {
      IndexRebuild rebuild = new IndexRebuild(families, format, progress);
      Files.deleteIfExists(list);
      rebuild.list(list);
      rebuild.mark(true);
      families.renewIndex();
      rebuild.fill(list);
      rebuild.mark(false);
      return rebuild.lost;
    } catch (RocksDBException e) {
      throw RocksErrors.onWrite(e);
    } finally {
      Files.deleteIfExists(list);
    }
  }

  /**
   * The name of the hash that a store was made for; null if it is too damaged to say.
   *
   * @throws IOException if it cannot be opened for another reason
   */
  public static @Nullable String hashOf(Path directory, BlockStoreOptions options)
      throws IOException {
    try (RocksFamilies families = RocksFamilies.open(directory, options.withReadOnly(true))) {
      return StoreSettings.hash(families);
    } catch (BlockStoreDamagedException e) {
      return null;
    }
  }

  private String directory() {
    return families.db().getName();
  }

  private void mark(boolean on) throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      StoreSettings.stageRebuilding(batch, families, on);
      families.write(batch);
    }
    families.flush();
  }

  /** All blocks, each with its fingerprint and whether it cannot be read. */
  private void list(Path file) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (DataOutputStream list =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      long last = lastKey();
      long next = 1;
      while (next <= last) {
        long reached = listFrom(next, list);
        if (reached == next) {
          listOne(next, list); // this one, or one that lies together with it, or in another file
          next++;
        } else {
          next = reached;
        }
      }
      listMissing(list);
    }
  }

  /** The last id there is; sees how many bytes have to be read. */
  private long lastKey() {
    long last = 0;
    for (LiveFileMetaData file : families.db().getLiveFilesMetaData()) {
      if (Arrays.equals(file.columnFamilyName(), RocksFamilies.BLOCKS_NAME)) {
        last = Math.max(last, Keys.number(file.largestKey(), 0));
        totalBytes += file.size();
      }
    }
    return last;
  }

  /** Lists what can be read in one go; returns the first id that was not reached. */
  private long listFrom(long from, DataOutputStream list) throws IOException {
    long next = from;
    try (ReadOptions reading = new ReadOptions().setFillCache(false);
        RocksIterator entries = families.db().newIterator(families.blocks(), reading)) {
      for (entries.seek(Keys.of(from)); entries.isValid(); entries.next()) {
        long id = Keys.number(entries.key(), 0);
        byte[] record = entries.value();
        if (!isListed(id, record, list)) {
          listOne(id, list);
        }
        next = id + 1;
        bytes += record.length;
        progress.tell(id);
        progress.tellBytes(bytes, totalBytes);
      }
      entries.status();
      return Long.MAX_VALUE;
    } catch (RocksDBException e) {
      RocksErrors.requireLoss(directory(), e);
      return next;
    }
  }

  /**
   * Lists a block that a reading in one go has not got: that fails for all files if it does for
   * one. What is not there at all is none of those.
   */
  private void listOne(long id, DataOutputStream list) throws IOException {
    try {
      byte[] record = families.payload(Keys.of(id));
      if (record == null || isListed(id, record, list)) {
        return;
      }
    } catch (RocksDBException e) {
      RocksErrors.requireLoss(directory(), e);
    }
    unreadable(id, list);
  }

  /** Lists a block if it is sound. */
  private boolean isListed(long id, byte[] record, DataOutputStream list) throws IOException {
    BlockHeader header;
    try {
      header = format.verify(new BlockId(id), record);
    } catch (BlockDamagedException e) {
      return false;
    }
    write(list, id, false, new Fingerprint(header.hash(), header.rawBytes(), record.length));
    return true;
  }

  private void unreadable(long id, DataOutputStream list) throws IOException {
    Fingerprint old = fingerprints.get(id);
    if (old != null) {
      lost++;
      write(list, id, true, old);
    }
  }

  /** Blocks of which only the fingerprint is left. */
  private void listMissing(DataOutputStream list) throws IOException {
    try {
      fingerprints.scan(
          1,
          Long.MAX_VALUE,
          (id, old) -> {
            if (isMissing(id)) {
              lost++;
              write(list, id, true, old);
            }
            return true;
          });
    } catch (RocksDBException e) {
      RocksErrors.requireLoss(directory(), e);
      // those behind cannot be told any more
    }
  }

  private boolean isMissing(long id) throws IOException {
    try {
      return families.payload(Keys.of(id)) == null;
    } catch (RocksDBException e) {
      RocksErrors.requireLoss(directory(), e);
      return false; // listed as unreadable
    }
  }

  private static void write(DataOutputStream list, long id, boolean damaged, Fingerprint print)
      throws IOException {
    byte[] bytes = print.toBytes();
    list.writeLong(id);
    list.writeBoolean(damaged);
    list.writeShort(bytes.length);
    list.write(bytes);
  }

  private void fill(Path file) throws IOException, RocksDBException {
    BlockStatistics sum = new BlockStatistics(0, 0, 0);
    DamagedBlocks damagedBlocks = new DamagedBlocks(families);
    damagedBlocks.load();
    long size = Files.size(file);
    try (DataInputStream list =
            new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
        WriteBatch batch = new WriteBatch()) {
      long read = 0;
      for (int i = 1; read < size; i++) {
        long id = list.readLong();
        boolean damaged = list.readBoolean();
        byte[] bytes = new byte[list.readUnsignedShort()];
        list.readFully(bytes);
        read += 11 + bytes.length;
        Fingerprint print = Fingerprint.of(bytes);
        sum = print.addedTo(sum);
        fingerprints.stage(batch, Keys.of(id), print);
        batch.put(families.index(), print.hash().bytes(), Keys.of(id));
        if (damaged) {
          damagedBlocks.stageAddition(batch, id);
        } else {
          damagedBlocks.stageRemoval(batch, id);
        }
        if (i % BATCH_BLOCKS == 0) {
          families.write(batch);
          batch.clear();
        }
      }
      fingerprints.stageCounters(batch, sum);
      families.write(batch);
    }
    families.flush();
  }
}
