package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.DbPath;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Looks at a store before it is opened for writing. RocksDB takes damage in its list of files for
 * the end that a power cut leaves, goes on with an older state of the store, and deletes the files
 * that this does not name. Takes some 5 ms.
 */
final class RocksLook {
  /** Few, for files are hardly looked into. */
  private static final int OPEN_FILES = 32;

  private RocksLook() {}

  /**
   * Lets only a list of files pass that is as new as it has to be. A power cut may leave files that
   * no list names, and none that a list names but is not there.
   *
   * @param leastMark a {@link BlockStore#durableMark} that the store has had
   * @throws BlockListDamagedException if it is not; nothing is changed
   */
  static void requireWhole(Path directory, long leastMark) throws IOException {
    look(directory, directory, leastMark, false);
  }

  /**
   * Lets only the beginning of a list pass that is enough: as new as it has to be, and with all
   * files that it names.
   *
   * @param listed the directory that the list lies in
   * @throws BlockStoreDamagedException if it is not, or cannot be read; nothing is changed
   */
  static void requireEnough(Path listed, Path directory, long leastMark) throws IOException {
    look(listed, directory, leastMark, true);
  }

  private static void look(Path listed, Path directory, long leastMark, boolean all)
      throws IOException {
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (DBOptions options =
            new DBOptions()
                .setParanoidChecks(false)
                .setMaxOpenFiles(OPEN_FILES)
                .setDbPaths(List.of(new DbPath(directory, Long.MAX_VALUE)));
        RocksDB db = RocksDB.openReadOnly(options, listed.toString(), families(listed), handles)) {
      try {
        requireMark(directory, db.getLatestSequenceNumber(), leastMark);
        requireFiles(directory, db.getLiveFilesMetaData(), all);
      } finally {
        handles.forEach(ColumnFamilyHandle::close);
      }
    } catch (RocksDBException e) {
      throw RocksErrors.onOpen(directory, e);
    }
  }

  private static List<ColumnFamilyDescriptor> families(Path directory) throws RocksDBException {
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    try (Options options = new Options()) {
      for (byte[] name : RocksDB.listColumnFamilies(options, directory.toString())) {
        families.add(new ColumnFamilyDescriptor(name));
      }
    }
    if (families.isEmpty()) {
      // It cannot be read, which only an opening tells.
      families.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY));
    }
    return families;
  }

  /** As {@link #requireWhole}, of what is open already. */
  static void requireMark(Path directory, long mark, long leastMark) throws IOException {
    if (mark < leastMark) {
      throw damaged(
          directory,
          "are older than the metadata: they stand at "
              + mark
              + ", and were durable up to "
              + leastMark);
    }
  }

  /**
   * @param all whether none may be missing; else it is for RocksDB to tell, unless another is there
   *     instead, which it would delete
   */
  private static void requireFiles(Path directory, List<LiveFileMetaData> listed, boolean all)
      throws IOException {
    Set<String> names = new HashSet<>();
    String missing = null;
    for (LiveFileMetaData file : listed) {
      String name = file.fileName().substring(1);
      names.add(name);
      missing = Files.exists(directory.resolve(name)) ? missing : name;
    }
    if (missing == null) {
      return;
    }
    if (all) {
      throw damaged(directory, "lack the file " + missing);
    }
    for (Path table : BlockRescue.files(directory)) {
      if (!names.contains(table.getFileName().toString())) {
        throw damaged(
            directory,
            "lack the file " + missing + ", and have " + table.getFileName() + " instead");
      }
    }
  }

  private static BlockListDamagedException damaged(Path directory, String what) {
    return new BlockListDamagedException(
        "the blocks in "
            + directory
            + " "
            + what
            + "; blocks that were durable would be lost: put the store back from a copy, or run"
            + " dedupfs repair STORE, which saves what is there; no file of theirs was deleted",
        null);
  }
}
