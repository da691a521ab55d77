package org.dedupfs.tree;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.RowReader;
import org.dedupfs.metadata.Xattr;
import org.dedupfs.tree.TreeException.Failure;
import org.jspecify.annotations.Nullable;

/** Extended attributes, with the rules and limits of xattr(7) on Linux. */
final class Xattrs {
  static final int MAX_NAME_BYTES = 255;
  static final int MAX_VALUE_BYTES = 64 << 10;

  /** XATTR_LIST_MAX: all names of an inode, each with its closing NUL. */
  static final int MAX_LIST_BYTES = 64 << 10;

  private static final int ROWS_PER_READ = 64;
  private static final byte[] USER = "user.".getBytes(StandardCharsets.US_ASCII);

  /**
   * Access control lists of POSIX, kept as the host writes them and obeyed by nobody: a mount must
   * not show them, for a list that can be set is taken to be in force.
   */
  private static final List<byte[]> ACCESS_CONTROL_LISTS =
      List.of(
          "system.posix_acl_access".getBytes(StandardCharsets.US_ASCII),
          "system.posix_acl_default".getBytes(StandardCharsets.US_ASCII));

  private static final List<byte[]> NAMESPACES =
      List.of(
          USER,
          "trusted.".getBytes(StandardCharsets.US_ASCII),
          "security.".getBytes(StandardCharsets.US_ASCII));

  private final TreeRows rows;

  Xattrs(TreeRows rows) {
    this.rows = rows;
  }

  byte @Nullable [] get(InodeNumber number, byte[] name) throws IOException {
    requireName(name);
    rows.inode(rows.live(), number);
    Xattr xattr = rows.live().get(RowKey.xattr(number, name));
    return xattr == null ? null : xattr.value().clone();
  }

  void set(InodeNumber number, byte[] name, byte[] value, boolean mustExist, boolean mustNotExist)
      throws IOException {
    requireName(name);
    if (value.length > MAX_VALUE_BYTES) {
      throw new TreeException(Failure.ARGUMENT_TOO_LARGE);
    }
    try (Change change = rows.begin()) {
      Inode row = rows.inode(change, number);
      requireAllowed(row, name);
      boolean exists = change.get(RowKey.xattr(number, name)) != null;
      if (exists && mustNotExist) {
        throw new TreeException(Failure.EXISTS);
      }
      if (!exists && mustExist) {
        throw new TreeException(Failure.NO_ATTRIBUTE);
      }
      if (!exists && listBytes(change, number) + name.length + 1 > MAX_LIST_BYTES) {
        throw new TreeException(Failure.NO_SPACE);
      }
      change.put(new Xattr(number, name.clone(), value.clone()));
      putChanged(change, row);
      change.publish();
    }
  }

  List<byte[]> list(InodeNumber number) throws IOException {
    rows.inode(rows.live(), number);
    return names(rows.live(), number);
  }

  void remove(InodeNumber number, byte[] name) throws IOException {
    requireName(name);
    try (Change change = rows.begin()) {
      Inode row = rows.inode(change, number);
      requireAllowed(row, name);
      if (change.get(RowKey.xattr(number, name)) == null) {
        throw new TreeException(Failure.NO_ATTRIBUTE);
      }
      change.delete(RowKey.xattr(number, name));
      putChanged(change, row);
      change.publish();
    }
  }

  /** The first attributes of an inode, in the order of their names. */
  static List<Xattr> range(RowReader reader, InodeNumber inode, int limit) throws IOException {
    return rangeAfter(reader, inode, null, limit);
  }

  /** The attributes of an inode behind {@code name}, in the order of their names. */
  static List<Xattr> rangeAfter(
      RowReader reader, InodeNumber inode, byte @Nullable [] name, int limit) throws IOException {
    // The name that follows at once is the same with one more NUL, which no name contains.
    byte[] from = name == null ? null : Arrays.copyOf(name, name.length + 1);
    return reader.range(
        RowKey.xattr(inode, from), RowKey.xattr(new InodeNumber(inode.value() + 1), null), limit);
  }

  private static int listBytes(Change change, InodeNumber inode) throws IOException {
    int total = 0;
    for (byte[] name : names(change, inode)) {
      total += name.length + 1;
    }
    return total;
  }

  /** Reads in steps, so that only a few values are in memory at once. */
  private static List<byte[]> names(RowReader reader, InodeNumber inode) throws IOException {
    List<byte[]> names = new ArrayList<>();
    List<Xattr> some;
    byte[] after = null;
    do {
      some = rangeAfter(reader, inode, after, ROWS_PER_READ);
      for (Xattr xattr : some) {
        names.add(xattr.name().clone());
        after = xattr.name();
      }
    } while (some.size() == ROWS_PER_READ);
    return names;
  }

  private void putChanged(Change change, Inode row) {
    change.put(rows.settled(row).toBuilder().changeNanos(rows.nowNanos()).build());
  }

  private static void requireName(byte[] name) throws TreeException {
    if (name.length == 0 || name.length > MAX_NAME_BYTES) {
      throw new TreeException(Failure.OUT_OF_RANGE);
    }
    for (byte b : name) {
      if (b == 0) {
        throw new TreeException(Failure.INVALID);
      }
    }
    for (byte[] list : ACCESS_CONTROL_LISTS) {
      if (Arrays.equals(name, list)) {
        return;
      }
    }
    for (byte[] namespace : NAMESPACES) {
      if (startsWith(name, namespace)) {
        if (name.length == namespace.length) {
          throw new TreeException(Failure.INVALID);
        }
        return;
      }
    }
    throw new TreeException(Failure.NOT_SUPPORTED);
  }

  /** Only files and directories have attributes of the user namespace: xattr(7). */
  private static void requireAllowed(Inode row, byte[] name) throws TreeException {
    FileType type = row.type();
    if (type != FileType.REGULAR && type != FileType.DIRECTORY && startsWith(name, USER)) {
      throw new TreeException(Failure.NOT_PERMITTED);
    }
  }

  private static boolean startsWith(byte[] name, byte[] prefix) {
    return name.length >= prefix.length
        && Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length);
  }
}
