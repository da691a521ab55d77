package org.dedupfs.metadata;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import org.dedupfs.metadata.SqliteColumns.Reader;
import org.dedupfs.metadata.SqliteColumns.Writer;
import org.dedupfs.metadata.SqliteTable.KeyPart;

/** The tables of format 1. */
final class SqliteTables {
  private static final List<KeyPart> FIRST = List.of(KeyPart.FIRST);
  private static final List<KeyPart> FIRST_SECOND = List.of(KeyPart.FIRST, KeyPart.SECOND);
  private static final List<KeyPart> FIRST_THIRD = List.of(KeyPart.FIRST, KeyPart.THIRD);
  private static final List<KeyPart> ALL = List.of(KeyPart.values());
  private static final List<KeyPart> THIRD = List.of(KeyPart.THIRD);

  private static final boolean CLUSTERED = true;
  private static final boolean BY_ROW_ID = false;

  /** At the index of their ordinals. */
  private static final List<SqliteTable<?>> TABLES =
      List.of(
          new Inodes(),
          new Dentries(),
          new Symlinks(),
          new Xattrs(),
          new Extents(),
          new Orphans(),
          new Journal(),
          new Properties());

  private SqliteTables() {}

  static List<SqliteTable<?>> all() {
    return TABLES;
  }

  @SuppressWarnings("unchecked") // the list above is in the order of the ordinals
  static <R extends Row> SqliteTable<R> of(Table<R> table) {
    return (SqliteTable<R>) TABLES.get(table.ordinal());
  }

  private static final class Inodes extends SqliteTable<Inode> {
    Inodes() {
      super(
          Table.INODE,
          FIRST,
          BY_ROW_ID,
          List.of(
              "number INTEGER",
              "mode INTEGER",
              "nlink INTEGER",
              "uid INTEGER",
              "gid INTEGER",
              "rdev INTEGER",
              "size INTEGER",
              "allocated INTEGER",
              "access_ns INTEGER",
              "modify_ns INTEGER",
              "change_ns INTEGER",
              "birth_ns INTEGER",
              "parent INTEGER",
              "flags INTEGER"));
    }

    @Override
    Class<Inode> rowType() {
      return Inode.class;
    }

    @Override
    void write(Inode row, Writer to) throws SQLException {
      to.number(row.number().value())
          .number(row.mode())
          .number(row.nlink())
          .number(Integer.toUnsignedLong(row.uid()))
          .number(Integer.toUnsignedLong(row.gid()))
          .number(row.rdev())
          .number(row.sizeBytes())
          .number(row.allocatedBytes())
          .number(row.accessNanos())
          .number(row.modifyNanos())
          .number(row.changeNanos())
          .number(row.birthNanos())
          .number(row.parent().value())
          .number(row.flags());
    }

    @Override
    Inode read(Reader from) throws SQLException, IOException {
      Inode inode =
          new Inode(
              new InodeNumber(from.number()),
              (int) from.number(),
              (int) from.number(),
              (int) from.number(),
              (int) from.number(),
              from.number(),
              from.number(),
              from.number(),
              from.number(),
              from.number(),
              from.number(),
              from.number(),
              new InodeNumber(from.number()),
              (int) from.number());
      from.end();
      return inode;
    }
  }

  private static final class Dentries extends SqliteTable<Dentry> {
    Dentries() {
      super(
          Table.DENTRY,
          ALL,
          CLUSTERED,
          List.of(
              "parent INTEGER", "cookie INTEGER", "name BLOB", "inode INTEGER", "type INTEGER"));
    }

    @Override
    Class<Dentry> rowType() {
      return Dentry.class;
    }

    @Override
    void write(Dentry row, Writer to) throws SQLException {
      to.number(row.parent().value())
          .number(row.cookie())
          .bytes(row.name().bytes())
          .number(row.inode().value())
          .number(row.type().modeBits());
    }

    @Override
    Dentry read(Reader from) throws SQLException, IOException {
      long parent = from.number();
      long cookie = from.number();
      byte[] name = from.bytes();
      long inode = from.number();
      long type = from.number();
      from.end();
      return new Dentry(
          new InodeNumber(parent),
          cookie,
          FileName.of(name),
          new InodeNumber(inode),
          FileType.ofMode((int) type));
    }
  }

  private static final class Symlinks extends SqliteTable<Symlink> {
    Symlinks() {
      super(Table.SYMLINK, FIRST, BY_ROW_ID, List.of("inode INTEGER", "target BLOB"));
    }

    @Override
    Class<Symlink> rowType() {
      return Symlink.class;
    }

    @Override
    void write(Symlink row, Writer to) throws SQLException {
      to.number(row.inode().value()).bytes(row.target());
    }

    @Override
    Symlink read(Reader from) throws SQLException, IOException {
      Symlink symlink = new Symlink(new InodeNumber(from.number()), from.bytes());
      from.end();
      return symlink;
    }
  }

  private static final class Xattrs extends SqliteTable<Xattr> {
    Xattrs() {
      super(
          Table.XATTR, FIRST_THIRD, BY_ROW_ID, List.of("inode INTEGER", "name BLOB", "value BLOB"));
    }

    @Override
    Class<Xattr> rowType() {
      return Xattr.class;
    }

    @Override
    void write(Xattr row, Writer to) throws SQLException {
      to.number(row.inode().value()).bytes(row.name()).bytes(row.value());
    }

    @Override
    Xattr read(Reader from) throws SQLException, IOException {
      Xattr xattr = new Xattr(new InodeNumber(from.number()), from.bytes(), from.bytes());
      from.end();
      return xattr;
    }
  }

  private static final class Extents extends SqliteTable<ExtentPage> {
    Extents() {
      super(
          Table.EXTENTS,
          FIRST_SECOND,
          BY_ROW_ID,
          List.of("inode INTEGER", "file_offset INTEGER", "packed BLOB"));
    }

    @Override
    Class<ExtentPage> rowType() {
      return ExtentPage.class;
    }

    @Override
    void write(ExtentPage row, Writer to) throws SQLException {
      to.number(row.inode().value()).number(row.offsetBytes()).bytes(ExtentPageCodec.encode(row));
    }

    @Override
    ExtentPage read(Reader from) throws SQLException, IOException {
      long inode = from.number();
      long offset = from.number();
      byte[] packed = from.bytes();
      from.end();
      return ExtentPageCodec.decode(new InodeNumber(inode), offset, packed);
    }
  }

  private static final class Orphans extends SqliteTable<Orphan> {
    Orphans() {
      super(Table.ORPHAN, FIRST, BY_ROW_ID, List.of("inode INTEGER"));
    }

    @Override
    Class<Orphan> rowType() {
      return Orphan.class;
    }

    @Override
    void write(Orphan row, Writer to) throws SQLException {
      to.number(row.inode().value());
    }

    @Override
    Orphan read(Reader from) throws SQLException, IOException {
      Orphan orphan = new Orphan(new InodeNumber(from.number()));
      from.end();
      return orphan;
    }
  }

  private static final class Journal extends SqliteTable<JournalEntry> {
    Journal() {
      super(Table.JOURNAL, FIRST, BY_ROW_ID, List.of("block INTEGER", "record BLOB"));
    }

    @Override
    Class<JournalEntry> rowType() {
      return JournalEntry.class;
    }

    @Override
    void write(JournalEntry row, Writer to) throws SQLException {
      to.number(row.blockId()).bytes(row.record());
    }

    @Override
    JournalEntry read(Reader from) throws SQLException, IOException {
      JournalEntry entry = new JournalEntry(from.number(), from.bytes());
      from.end();
      return entry;
    }
  }

  private static final class Properties extends SqliteTable<Property> {
    Properties() {
      super(Table.PROPERTY, THIRD, CLUSTERED, List.of("name BLOB", "value BLOB"));
    }

    @Override
    Class<Property> rowType() {
      return Property.class;
    }

    @Override
    void write(Property row, Writer to) throws SQLException {
      to.bytes(row.name().getBytes(StandardCharsets.UTF_8))
          .bytes(row.value().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    Property read(Reader from) throws SQLException, IOException {
      byte[] name = from.bytes();
      byte[] value = from.bytes();
      from.end();
      return new Property(
          new String(name, StandardCharsets.UTF_8), new String(value, StandardCharsets.UTF_8));
    }
  }
}
