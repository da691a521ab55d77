package org.dedupfs.metadata;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The key of a row. Keys are ordered by table, then by {@code first}, then by {@code second}, then
 * by {@code third} (unsigned bytes, null first), so that what belongs to one inode or directory is
 * a range.
 *
 * <table>
 * <caption>Keys</caption>
 * <tr><th>table<th>first<th>second<th>third
 * <tr><td>INODE<td>inode<td>0<td>null
 * <tr><td>DENTRY<td>parent<td>cookie of the name (see {@link NameCookies})<td>name
 * <tr><td>SYMLINK<td>inode<td>0<td>null
 * <tr><td>XATTR<td>inode<td>0<td>name
 * <tr><td>EXTENTS<td>inode<td>offset of the first extent<td>null
 * <tr><td>ORPHAN<td>inode<td>0<td>null
 * <tr><td>JOURNAL<td>block id<td>0<td>null
 * <tr><td>PROPERTY<td>0<td>0<td>name
 * </table>
 *
 * @param <R> the type of row that this key names
 */
@SuppressWarnings("ArrayRecordComponent") // equality is on content, see below
public record RowKey<R extends Row>(
    Table<R> table, long first, long second, byte @Nullable [] third)
    implements Comparable<RowKey<?>> {
  private static final int LONGEST_THIRD = 1024;

  public static RowKey<Inode> inode(InodeNumber inode) {
    return new RowKey<>(Table.INODE, inode.value(), 0, null);
  }

  public static RowKey<Dentry> dentry(InodeNumber parent, long cookie, FileName name) {
    return new RowKey<>(Table.DENTRY, parent.value(), cookie, name.bytes());
  }

  /** Lies before every entry of {@code parent} with a cookie of at least {@code cookie}. */
  public static RowKey<Dentry> dentriesFrom(InodeNumber parent, long cookie) {
    return new RowKey<>(Table.DENTRY, parent.value(), cookie, null);
  }

  public static RowKey<Symlink> symlink(InodeNumber inode) {
    return new RowKey<>(Table.SYMLINK, inode.value(), 0, null);
  }

  public static RowKey<Xattr> xattr(InodeNumber inode, byte @Nullable [] name) {
    return new RowKey<>(Table.XATTR, inode.value(), 0, name);
  }

  public static RowKey<ExtentPage> extents(InodeNumber inode, long offsetBytes) {
    return new RowKey<>(Table.EXTENTS, inode.value(), offsetBytes, null);
  }

  /**
   * Names all extent pages of an inode at once, for {@link MetadataBatch#delete} only: with them go
   * pages that are damaged and so cannot be found one by one. Lies behind them all.
   */
  static RowKey<ExtentPage> allExtents(InodeNumber inode) {
    return new RowKey<>(Table.EXTENTS, inode.value(), Long.MAX_VALUE, null);
  }

  boolean isAllExtents() {
    return table == Table.EXTENTS && second == Long.MAX_VALUE;
  }

  public static RowKey<Orphan> orphan(InodeNumber inode) {
    return new RowKey<>(Table.ORPHAN, inode.value(), 0, null);
  }

  public static RowKey<JournalEntry> journal(long blockId) {
    return new RowKey<>(Table.JOURNAL, blockId, 0, null);
  }

  public static RowKey<Property> property(String name) {
    return new RowKey<>(Table.PROPERTY, 0, 0, name.getBytes(StandardCharsets.UTF_8));
  }

  /** Lies before all rows of a table. */
  public static <R extends Row> RowKey<R> first(Table<R> table) {
    return new RowKey<>(table, 0, 0, null);
  }

  /** Lies behind all rows of a table. */
  public static <R extends Row> RowKey<R> end(Table<R> table) {
    byte[] behindAll = new byte[LONGEST_THIRD];
    Arrays.fill(behindAll, (byte) 0xFF);
    return new RowKey<>(
        table, Long.MAX_VALUE, Long.MAX_VALUE, table.keyedByName() ? behindAll : null);
  }

  /** Lies before all rows that belong to an inode. */
  public static <R extends Row> RowKey<R> from(Table<R> table, InodeNumber inode) {
    return new RowKey<>(table, inode.value(), 0, null);
  }

  /** Refuses what cannot be a range. */
  static void checkRange(RowKey<?> from, RowKey<?> to, int limit) {
    if (limit < 1 || from.table() != to.table()) {
      throw new IllegalArgumentException("no range: " + from + " to " + to + ", limit " + limit);
    }
  }

  @Override
  public int compareTo(RowKey<?> other) {
    int order = Integer.compare(table.ordinal(), other.table.ordinal());
    if (order == 0) {
      order = Long.compare(first, other.first);
    }
    if (order == 0) {
      order = Long.compare(second, other.second);
    }
    return order == 0 ? compareBytes(third, other.third) : order;
  }

  private static int compareBytes(byte @Nullable [] a, byte @Nullable [] b) {
    if (a == null || b == null) {
      return Boolean.compare(a != null, b != null);
    }
    return Arrays.compareUnsigned(a, b);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RowKey<?> that
        && table == that.table
        && first == that.first
        && second == that.second
        && Arrays.equals(third, that.third);
  }

  @Override
  public int hashCode() {
    long h = (first * 0x9E3779B97F4A7C15L) ^ (second * 0xC2B2AE3D27D4EB4FL) ^ table.ordinal();
    return Long.hashCode(h) * 31 + Arrays.hashCode(third);
  }

  /** The least key above this one. */
  RowKey<R> successor() {
    byte[] next = third == null ? new byte[0] : Arrays.copyOf(third, third.length + 1);
    return new RowKey<>(table, first, second, next);
  }

  /**
   * The greatest key below this one that a row with the same {@code first} can have, or null when
   * there is none. (Between two byte strings lie infinitely many; names of {@link #LONGEST_THIRD}
   * bytes and more do not occur.)
   */
  @Nullable RowKey<R> predecessor() {
    if (third == null) {
      return second == Long.MIN_VALUE ? null : new RowKey<>(table, first, second - 1, greatest());
    }
    if (third.length == 0) {
      return new RowKey<>(table, first, second, null);
    }
    int last = third.length - 1;
    if (third[last] == 0) {
      return new RowKey<>(table, first, second, Arrays.copyOf(third, last));
    }
    byte[] before = Arrays.copyOf(third, Math.max(LONGEST_THIRD, third.length));
    before[last]--;
    Arrays.fill(before, last + 1, before.length, (byte) 0xFF);
    return new RowKey<>(table, first, second, before);
  }

  private byte @Nullable [] greatest() {
    if (!table.keyedByName()) {
      return null;
    }
    byte[] bytes = new byte[LONGEST_THIRD];
    Arrays.fill(bytes, (byte) 0xFF);
    return bytes;
  }

  /** For messages: a name is shown in hexadecimal. */
  @Override
  public String toString() {
    String name = third == null ? "" : ", " + HexFormat.of().formatHex(third);
    return table + " (" + first + ", " + second + name + ")";
  }
}
