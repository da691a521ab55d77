package org.dedupfs.metadata;

/**
 * The tables of metadata, in key order.
 *
 * @param <R> the type of a table's rows
 */
@SuppressWarnings("UnusedTypeParameter") // carries the type from a key to its row
public final class Table<R extends Row> {
  public static final Table<Inode> INODE = new Table<>(0, "inode");
  public static final Table<Dentry> DENTRY = new Table<>(1, "dentry");
  public static final Table<Symlink> SYMLINK = new Table<>(2, "symlink");
  public static final Table<Xattr> XATTR = new Table<>(3, "xattr");
  public static final Table<ExtentPage> EXTENTS = new Table<>(4, "extents");
  public static final Table<Orphan> ORPHAN = new Table<>(5, "orphan");
  public static final Table<JournalEntry> JOURNAL = new Table<>(6, "journal");
  public static final Table<Property> PROPERTY = new Table<>(7, "property");

  private final int ordinal;
  private final String name;

  private Table(int ordinal, String name) {
    this.ordinal = ordinal;
    this.name = name;
  }

  public int ordinal() {
    return ordinal;
  }

  /** Whether keys have a {@code third} part. */
  boolean keyedByName() {
    return this == DENTRY || this == XATTR || this == PROPERTY;
  }

  /** Whether the {@code first} part of keys is the number of an inode. */
  boolean keyedByInode() {
    return this != JOURNAL && this != PROPERTY;
  }

  @Override
  public String toString() {
    return name;
  }
}
