package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.MutableColumnFamilyOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * An open RocksDB and its families. No thread may be inside when it is closed, or the process ends;
 * {@link RocksDbBlockStore} sees to that.
 */
final class RocksFamilies implements AutoCloseable {
  static final byte[] BLOCKS_NAME = "blocks".getBytes(StandardCharsets.US_ASCII);
  static final byte[] INDEX_NAME = "index".getBytes(StandardCharsets.US_ASCII);
  static final byte[] FINGERPRINTS_NAME = "fingerprints".getBytes(StandardCharsets.US_ASCII);

  private final RocksSettings settings;
  private final RocksDB db;
  private final List<ColumnFamilyHandle> handles;
  private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);

  /** For payloads: they have a cache of their own above, and would only drive the index out. */
  private final ReadOptions passing = new ReadOptions().setFillCache(false);

  private final ReadOptions caching = new ReadOptions();
  private final IndexPages indexPages;
  private final RocksFlush flush;
  private final MergePauses mergePauses;

  private volatile long durableMark;

  /** Null when opened for reading only. */
  private final @Nullable FileModes modes;

  private RocksFamilies(
      RocksSettings settings,
      RocksDB db,
      List<ColumnFamilyHandle> handles,
      @Nullable FileModes modes) {
    this.settings = settings;
    this.db = db;
    this.handles = handles;
    this.indexPages = new IndexPages(db, blocks());
    this.flush = new RocksFlush(db, handles, unlogged);
    this.mergePauses = new MergePauses(new Merging(), db.getName(), System.nanoTime());
    this.durableMark = db.getLatestSequenceNumber();
    this.modes = modes;
    applyModes();
  }

  private void applyModes() {
    if (modes != null) {
      modes.apply();
    }
  }

  static RocksFamilies open(Path directory, BlockStoreOptions options) throws IOException {
    return open(directory, options, BlockStoreMark.UNKNOWN);
  }

  /**
   * Opens a store.
   *
   * @param mark what is known of it
   */
  static RocksFamilies open(Path directory, BlockStoreOptions options, BlockStoreMark mark)
      throws IOException {
    RocksDB.loadLibrary();
    prepare(directory, options);
    String identity = identity(directory);
    if (!mark.allows(identity)) {
      throw new ForeignBlocksException(
          "the blocks in "
              + directory
              + " are of the store "
              + identity
              + ", and were of "
              + mark.identity());
    }
    long leastMark = mark.leastOf(identity);
    if (Files.exists(directory.resolve("CURRENT"))) {
      requireWhole(directory, options, leastMark);
    }
    RocksFamilies families = openAsIs(directory, options);
    try {
      RocksLook.requireMark(directory, families.durableMark, leastMark);
      return families;
    } catch (IOException e) {
      families.close();
      throw e;
    }
  }

  private static void requireWhole(Path directory, BlockStoreOptions options, long leastMark)
      throws IOException {
    if (options.readOnly()) {
      RocksList.requireReadable(directory);
      return;
    }
    try {
      RocksList.requireReadable(directory);
      RocksLook.requireWhole(directory, leastMark);
    } catch (BlockStoreDamagedException e) {
      if (!TornList.cut(directory, leastMark)) {
        throw e;
      }
      RocksLook.requireWhole(directory, leastMark);
    }
  }

  /** Which store is in a directory, as RocksDB names them; null if that cannot be told. */
  static @Nullable String identity(Path directory) throws IOException {
    RocksList list = RocksList.current(directory);
    return list == null ? null : list.identity();
  }

  private static RocksFamilies openAsIs(Path directory, BlockStoreOptions options)
      throws IOException {
    boolean directIo = !options.readOnly() && DirectIo.works(directory);
    RocksSettings settings = new RocksSettings(options, directIo);
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    RocksDB db = null;
    try {
      String path = directory.toString();
      db =
          options.readOnly()
              ? RocksDB.openReadOnly(settings.database(), path, settings.families(), handles)
              : RocksDB.open(settings.database(), path, settings.families(), handles);
      FileModes modes = options.readOnly() ? null : new FileModes(directory);
      return new RocksFamilies(settings, db, handles, modes);
    } catch (RocksDBException e) {
      settings.close();
      throw RocksErrors.onOpen(directory, e);
    } catch (RuntimeException | Error e) {
      handles.forEach(ColumnFamilyHandle::close);
      if (db != null) {
        db.close();
      }
      settings.close();
      throw e;
    }
  }

  private static void prepare(Path directory, BlockStoreOptions options) throws IOException {
    if (Files.exists(directory.resolve("CURRENT"))) {
      return;
    }
    if (!Files.isDirectory(directory)) {
      if (!options.create()) {
        throw new BlockStoreDamagedException(
            "the block store "
                + directory
                + " is missing; mount its disk, or put it back from a copy",
            null);
      }
      if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createDirectories(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectories(directory);
      }
    } else if (!options.create() || holdsTables(directory)) {
      throw new BlockStoreDamagedException(
          "the file "
              + directory.resolve("CURRENT")
              + " is missing; run dedupfs repair STORE, or put it back from a copy",
          null);
    }
  }

  /**
   * Looks whether there is a store that has blocks: making what is missing would make an empty one.
   *
   * @throws BlockStoreDamagedException if not
   */
  static void requireBlocks(Path directory) throws IOException {
    if (!Files.exists(directory.resolve("CURRENT"))) {
      throw new BlockStoreDamagedException("there is no block store in " + directory, null);
    }
    RocksList.requireReadable(directory);
    RocksDB.loadLibrary();
    try (Options options = new Options()) {
      for (byte[] name : RocksDB.listColumnFamilies(options, directory.toString())) {
        if (Arrays.equals(name, BLOCKS_NAME)) {
          return;
        }
      }
    } catch (RocksDBException e) {
      throw RocksErrors.onOpen(directory, e);
    }
    throw new BlockStoreDamagedException(
        "the block store in " + directory + " does not list its blocks any more", null);
  }

  private static boolean holdsTables(Path directory) throws IOException {
    try (DirectoryStream<Path> tables = Files.newDirectoryStream(directory, "*.sst")) {
      return tables.iterator().hasNext();
    }
  }

  private final class Merging implements MergePauses.Merging {
    @Override
    public long errors() throws RocksDBException {
      return db.getLongProperty("rocksdb.background-errors");
    }

    @Override
    public void set(boolean on) throws RocksDBException {
      MutableColumnFamilyOptions options =
          MutableColumnFamilyOptions.builder().setDisableAutoCompactions(!on).build();
      RocksDBException failure = null;
      for (ColumnFamilyHandle family : List.of(blocks(), index(), fingerprints())) {
        try {
          db.setOptions(family, options);
        } catch (RocksDBException e) {
          failure = e; // the others are told nevertheless
        }
      }
      if (failure != null) {
        throw failure;
      }
    }
  }

  /** For the thread that flushes. */
  MergePauses mergePauses() {
    return mergePauses;
  }

  RocksDB db() {
    return db;
  }

  ColumnFamilyHandle settingsFamily() {
    return handles.get(0);
  }

  ColumnFamilyHandle blocks() {
    return handles.get(1);
  }

  ColumnFamilyHandle index() {
    return handles.get(2);
  }

  ColumnFamilyHandle fingerprints() {
    return handles.get(3);
  }

  /**
   * Drops index and fingerprints, and makes them anew and empty. Between the two a store does not
   * open unless it may be created.
   */
  void renewIndex() throws RocksDBException {
    for (int family : new int[] {2, 3}) {
      ColumnFamilyHandle old = handles.get(family);
      db.dropColumnFamily(old);
      handles.set(family, db.createColumnFamily(settings.families().get(family)));
      old.close();
    }
  }

  /** The record of a block, wherever damage leaves it readable; null if there is none. */
  byte @Nullable [] payload(byte[] key) throws RocksDBException {
    return payload(key, passing);
  }

  /** As {@link #payload(byte[])}, into memory that is there; false if there is none. */
  boolean payload(byte[] key, RecordBuffer into) throws RocksDBException {
    indexPages.use(key);
    try {
      int length;
      do {
        length = db.get(blocks(), passing, key, into.bytes());
      } while (length != RocksDB.NOT_FOUND && !into.holds(length));
      return length != RocksDB.NOT_FOUND;
    } catch (RocksDBException e) {
      if (!RocksErrors.isDamage(e)) {
        throw e;
      }
      byte[] record = TableReads.record(db, key);
      if (record != null) {
        into.take(record);
      }
      return record != null;
    }
  }

  /** As {@link #payload(byte[])}, for those who read small neighbours next. */
  byte @Nullable [] payloadAmongOthers(byte[] key) throws RocksDBException {
    return payload(key, caching);
  }

  private byte @Nullable [] payload(byte[] key, ReadOptions options) throws RocksDBException {
    try {
      return db.get(blocks(), options, key);
    } catch (RocksDBException e) {
      if (!RocksErrors.isDamage(e)) {
        throw e;
      }
      return TableReads.record(db, key);
    }
  }

  byte @Nullable [] get(ColumnFamilyHandle family, byte[] key) throws RocksDBException {
    return db.get(family, caching, key);
  }

  /** Reads into {@code value}, and returns the length of what there is, or -1. */
  int get(ColumnFamilyHandle family, byte[] key, byte[] value) throws RocksDBException {
    return db.get(family, caching, key, value);
  }

  void write(WriteBatch batch) throws RocksDBException {
    db.write(unlogged, batch);
  }

  /**
   * Makes everything durable that was written before, in all families at one common point. One
   * thread at a time.
   */
  void flush() throws RocksDBException {
    long mark = db.getLatestSequenceNumber();
    flush.run();
    if (modes != null) {
      modes.applyNowAndThen();
    }
    durableMark = mark;
  }

  /** Grows with each flush, and is never less when the store is opened again. */
  long durableMark() {
    return durableMark;
  }

  @Override
  public void close() {
    handles.forEach(ColumnFamilyHandle::close);
    db.close();
    passing.close();
    caching.close();
    flush.close();
    unlogged.close();
    settings.close();
    applyModes();
  }
}
