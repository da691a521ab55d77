package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.ScrubOptions;
import org.dedupfs.ScrubSummary;
import org.dedupfs.StoreFinding;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.ExtentMap;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.SqliteMetadataStore;
import org.dedupfs.metadata.SqliteOptions;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** A closed store, to be damaged as disks and bugs do: in its rows, its entries and its bytes. */
final class DamagedStore {
  private static final int PAGE_BYTES = 4096;

  private final Path directory;

  DamagedStore(Path directory) {
    this.directory = directory;
  }

  Path directory() {
    return directory;
  }

  /** Remembers what it is told. */
  static class Heard implements MaintenanceListener {
    final List<StoreFinding> findings = new ArrayList<>();
    final List<String> repairs = new ArrayList<>();

    @Override
    public void found(StoreFinding finding) {
      findings.add(finding);
    }

    @Override
    public void repaired(StoreFinding finding, String text) {
      repairs.add(finding.kind() + ": " + text);
    }
  }

  List<StoreFinding> check() throws IOException {
    Heard heard = new Heard();
    try (Store store = Store.open(directory, StoreFixture.options().readOnly(true).build())) {
      assertThat(store.check(heard).findings()).isEqualTo(heard.findings.size());
    }
    return heard.findings;
  }

  List<StoreFinding> scrub() throws IOException {
    Heard heard = new Heard();
    try (Store store = StoreFixture.open(directory)) {
      ScrubSummary summary = store.scrub(ScrubOptions.DEFAULT.withThreads(2), heard);
      assertThat(summary.resumed()).isFalse();
    }
    return heard.findings;
  }

  /** Rows that are changed and sound by themselves. */
  interface Change {
    void of(MetadataBatch batch) throws IOException;
  }

  void change(Change change) throws IOException {
    MetadataBatch batch = new MetadataBatch();
    change.of(batch);
    try (MetadataStore metadata = metadata()) {
      metadata.commit(batch);
    }
  }

  private MetadataStore metadata() throws IOException {
    return SqliteMetadataStore.open(directory, SqliteOptions.DEFAULT);
  }

  void sqlProperty(RowKey<Property> key, String value) throws IOException {
    String name = new String(key.third(), StandardCharsets.UTF_8);
    change(batch -> batch.put(new Property(name, value)));
  }

  /** The value of a property; null if there is none. */
  @Nullable String property(RowKey<Property> key) throws IOException {
    try (MetadataStore metadata = metadata()) {
      Property property = metadata.get(key);
      return property == null ? null : property.value();
    }
  }

  Inode inode(InodeNumber number) throws IOException {
    try (MetadataStore metadata = metadata()) {
      return metadata.get(RowKey.inode(number));
    }
  }

  Dentry entry(InodeNumber parent, String name, InodeNumber inode, FileType type)
      throws IOException {
    try (MetadataStore metadata = metadata()) {
      FileName bytes = FileName.of(name);
      long cookie = StoreIdentity.recorded(directory, metadata).nameCookies().cookie(bytes);
      return new Dentry(parent, cookie, bytes, inode, type);
    }
  }

  InodeNumber lookup(InodeNumber parent, String name) throws IOException {
    Dentry key = entry(parent, name, parent, FileType.REGULAR);
    try (MetadataStore metadata = metadata()) {
      return metadata.get(key.key()).inode();
    }
  }

  List<Extent> extents(InodeNumber inode) throws IOException {
    try (MetadataStore metadata = metadata()) {
      return new ArrayList<>(ExtentMap.read(metadata, inode, 0, Long.MAX_VALUE, Integer.MAX_VALUE));
    }
  }

  /** Changes that rows do not know of. */
  void sql(String sql) throws IOException {
    try (Connection connection = connection();
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate(sql)).isPositive();
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  /** Deletes some rows of any table but that of properties. */
  void deleteRows(Random random, int count) throws IOException {
    String[] tables = {"inode", "dentry", "symlink", "xattr", "extents"};
    try (Connection connection = connection();
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < count; i++) {
        String table = tables[random.nextInt(tables.length)];
        int rows;
        try (ResultSet result = statement.executeQuery("SELECT count(*) FROM " + table)) {
          rows = result.getInt(1);
        }
        String key = table.equals("dentry") ? "cookie" : "rowid";
        if (rows > 0) {
          statement.executeUpdate(
              "DELETE FROM "
                  + table
                  + " WHERE "
                  + key
                  + " IN (SELECT "
                  + key
                  + " FROM "
                  + table
                  + " LIMIT 1 OFFSET "
                  + random.nextInt(rows)
                  + ")");
        }
      }
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  private Connection connection() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file());
  }

  private Path file() {
    return directory.resolve("metadata.sqlite");
  }

  /** Overwrites the root page of a table. */
  void overwritePageOf(String table) throws IOException {
    long page;
    try (Connection connection = connection();
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT rootpage FROM sqlite_schema WHERE name = '" + table + "'")) {
      page = result.getLong(1);
    } catch (SQLException e) {
      throw new IOException(e);
    }
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(StoreFixture.random(5, PAGE_BYTES)), (page - 1) * PAGE_BYTES);
    }
  }

  /** The block store below our own code. */
  static final class Rocks implements AutoCloseable {
    private final DBOptions options = new DBOptions().setAtomicFlush(true);
    private final List<ColumnFamilyHandle> handles = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final RocksDB db;

    private Rocks(Path directory) throws RocksDBException {
      List<ColumnFamilyDescriptor> families = new ArrayList<>();
      try (Options listing = new Options()) {
        for (byte[] name : RocksDB.listColumnFamilies(listing, directory.toString())) {
          families.add(new ColumnFamilyDescriptor(name));
          names.add(new String(name, StandardCharsets.US_ASCII));
        }
      }
      db = RocksDB.open(options, directory.toString(), families, handles);
    }

    private ColumnFamilyHandle family(String name) {
      return handles.get(names.indexOf(name));
    }

    void put(String family, byte[] key, byte[] value) throws RocksDBException {
      db.put(family(family), key, value);
    }

    void deleteFirst(String family) throws RocksDBException {
      try (RocksIterator entries = db.newIterator(family(family))) {
        entries.seekToFirst();
        assertThat(entries.isValid()).isTrue();
        db.delete(family(family), entries.key());
      }
    }

    void drop(String family) throws RocksDBException {
      db.dropColumnFamily(family(family));
      handles.remove(names.indexOf(family)).close();
      names.remove(family);
    }

    private String tableOf(String family) {
      byte[] name = family.getBytes(StandardCharsets.US_ASCII);
      for (LiveFileMetaData file : db.getLiveFilesMetaData()) {
        if (java.util.Arrays.equals(file.columnFamilyName(), name)) {
          return file.fileName();
        }
      }
      throw new AssertionError("no table of " + family);
    }

    @Override
    public void close() {
      handles.forEach(ColumnFamilyHandle::close);
      db.close();
      options.close();
    }
  }

  /** What is done to the block store. */
  interface RocksChange {
    void of(Rocks rocks) throws RocksDBException;
  }

  void rocks(RocksChange change) throws IOException {
    try (Rocks rocks = new Rocks(directory.resolve("blocks"))) {
      change.of(rocks);
      rocks.db.flush(new org.rocksdb.FlushOptions().setWaitForFlush(true), rocks.handles);
    } catch (RocksDBException e) {
      throw new IOException(e);
    }
  }

  /** A table file of a family of the block store. */
  Path tableOf(String family) throws IOException {
    String[] name = new String[1];
    rocks(rocks -> name[0] = rocks.tableOf(family));
    return directory.resolve("blocks").resolve(name[0].substring(1));
  }

  void flipInTable(String family) throws IOException {
    flip(tableOf(family), 20);
  }

  void truncateTable(String family) throws IOException {
    Path table = tableOf(family);
    try (FileChannel channel = FileChannel.open(table, StandardOpenOption.WRITE)) {
      channel.truncate(Files.size(table) / 2);
    }
  }

  static void flip(Path file, long offset) throws IOException {
    Path copy = Files.copy(file, file.resolveSibling("copy.tmp"));
    Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, offset);
      one.put(0, (byte) (one.get(0) ^ 0x10));
      channel.write(one.flip(), offset);
    }
  }

  /** All files of the store. */
  List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path part : List.of(directory, directory.resolve("blocks"))) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(part)) {
        for (Path entry : entries) {
          if (Files.isRegularFile(entry)) {
            files.add(entry);
          }
        }
      }
    }
    files.sort(null);
    return files;
  }
}
