package org.dedupfs.maintenance;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.dedupfs.MaintenanceListener.Phase;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.MetadataSnapshot;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Table;
import org.jspecify.annotations.Nullable;

/**
 * Checks names against what they stand for, which may be anywhere: two bytes are held for each
 * inode of a window of numbers, and all names are gone through once for each window, of which only
 * very large stores have more than one.
 */
final class NamePass {
  /** Inodes of one window: 16 MiB. */
  static final int WINDOW_INODES = 8 << 20;

  /** As many windows may be in vain before numbers are held to lie far apart. */
  private static final int MOST_EMPTY_WINDOWS = 16;

  private static final int MANY = 255;
  private static final int NO_TYPE = 15;

  private final MetadataSnapshot metadata;
  private final FindingSink sink;
  private final Pace pace;
  private final int windowInodes;
  private final long expected;

  /** Inodes of one window where their numbers lie far apart. */
  private final int sparseInodes;

  private long base;

  /** The last number of the window. */
  private long end;

  /** The numbers in the window, ascending; null where each number has a place. */
  private long @Nullable [] numbers;

  private byte[] types = {};
  private byte[] names = {};

  /** Counts of those that have more names than a byte can say. */
  private final Map<Long, Integer> many = new HashMap<>();

  /**
   * @param expected how many names there are
   */
  NamePass(
      MetadataSnapshot metadata, FindingSink sink, Pace pace, int windowInodes, long expected) {
    this.metadata = metadata;
    this.sink = sink;
    this.pace = pace;
    this.windowInodes = windowInodes;
    this.sparseInodes = Math.max(1, windowInodes / 8);
    this.expected = expected;
  }

  /**
   * Counts all names.
   *
   * @param inodes how many there are: numbers that are very much higher than that nobody has given
   *     away, and they get no window for each that is missing
   */
  void run(long highestInode, long inodes) throws IOException {
    boolean dense = highestInode / windowInodes <= 2 * (inodes / windowInodes) + MOST_EMPTY_WINDOWS;
    base = 0;
    while (true) {
      many.clear();
      if (dense) {
        beginDense(highestInode);
      } else {
        beginSparse(highestInode);
      }
      countNames(highestInode);
      compareCounts();
      if (end >= highestInode) {
        return;
      }
      base = end + 1;
    }
  }

  private void beginDense(long highestInode) throws IOException {
    int size = (int) Math.min(windowInodes, highestInode - base + 1);
    end = base + size - 1;
    numbers = null;
    types = new byte[size];
    names = new byte[size];
    try (MetadataSnapshot.Rows<Inode> rows = inodes()) {
      for (Inode row = rows.next(); row != null; row = rows.next()) {
        types[(int) (row.number().value() - base)] = type(row);
      }
    }
  }

  private void beginSparse(long highestInode) throws IOException {
    long[] found = new long[sparseInodes];
    byte[] foundTypes = new byte[sparseInodes];
    int count = 0;
    end = highestInode;
    try (MetadataSnapshot.Rows<Inode> rows = inodes()) {
      Inode row = rows.next();
      while (row != null && count < sparseInodes) {
        found[count] = row.number().value();
        foundTypes[count] = type(row);
        count++;
        row = rows.next();
      }
      end = row == null ? highestInode : found[count - 1];
    }
    numbers = Arrays.copyOf(found, count);
    types = Arrays.copyOf(foundTypes, count);
    names = new byte[count];
  }

  /** Where an inode of the window stands in it; negative if there is none of that number. */
  private int place(long number) {
    return numbers == null ? (int) (number - base) : Arrays.binarySearch(numbers, number);
  }

  /** Not 0. */
  private static byte type(Inode row) {
    return (byte) (InodePass.hasType(row) ? (row.mode() & FileType.MASK) >>> 12 : NO_TYPE);
  }

  private MetadataSnapshot.Rows<Inode> inodes() throws IOException {
    return metadata.rows(
        RowKey.inode(new InodeNumber(base)),
        end == Long.MAX_VALUE ? RowKey.end(Table.INODE) : RowKey.inode(new InodeNumber(end + 1)),
        (table, what) -> {});
  }

  private void countNames(long highestInode) throws IOException {
    long seen = 0;
    try (MetadataSnapshot.Rows<Dentry> entries =
        metadata.rows(RowKey.first(Table.DENTRY), RowKey.end(Table.DENTRY), (table, what) -> {})) {
      for (Dentry entry = entries.next(); entry != null; entry = entries.next()) {
        pace.step(Phase.NAMES, ++seen, expected);
        long number = entry.inode().value();
        if (number >= base && number <= end) {
          check(entry, place(number));
        } else if (base == 0 && (number < 0 || number > highestInode)) {
          nothing(entry);
        }
      }
    }
  }

  private void check(Dentry entry, int at) throws IOException {
    if (at < 0 || types[at] == 0) {
      nothing(entry);
      return;
    }
    if (types[at] != (byte) (entry.type().modeBits() >>> 12)) {
      sink.found(typeOf(entry, types[at]));
    }
    int count = names[at] & 0xFF;
    if (count < MANY) {
      names[at]++;
    } else {
      many.merge(entry.inode().value(), MANY + 1, (sum, first) -> sum + 1);
    }
    if (entry.type() == FileType.DIRECTORY) {
      checkParent(entry);
    }
  }

  private static Finding typeOf(Dentry entry, byte type) {
    Finding finding =
        Finding.ofEntry(
            Kind.NAME_TYPE, entry, "a name says that " + entry.inode() + " is a " + entry.type());
    return type == NO_TYPE
        ? finding
        : finding.withRight(
            new Dentry(
                entry.parent(),
                entry.cookie(),
                entry.name(),
                entry.inode(),
                FileType.ofMode(type << 12)));
  }

  private void nothing(Dentry entry) throws IOException {
    sink.found(
        Finding.ofEntry(
            Kind.NAME_OF_NOTHING, entry, "a name stands for the missing " + entry.inode()));
  }

  private void checkParent(Dentry entry) throws IOException {
    Inode row = row(entry.inode());
    if (row != null && !row.parent().equals(entry.parent())) {
      sink.found(
          Finding.ofEntry(
                  Kind.DIRECTORY_PARENT,
                  entry,
                  entry.inode()
                      + " stands in "
                      + entry.parent()
                      + " and says it was "
                      + row.parent())
              .withRight(row.toBuilder().parent(entry.parent()).build()));
    }
  }

  private @Nullable Inode row(InodeNumber inode) throws IOException {
    try {
      return metadata.get(RowKey.inode(inode));
    } catch (MetadataDamagedException e) {
      return null; // told when all rows were read
    }
  }

  private void compareCounts() throws IOException {
    try (MetadataSnapshot.Rows<Inode> rows = inodes()) {
      for (Inode row = rows.next(); row != null; row = rows.next()) {
        if (InodePass.hasType(row)) {
          long number = row.number().value();
          int count = many.getOrDefault(number, names[place(number)] & 0xFF);
          if (row.isDirectory()) {
            compareDirectory(row, count);
          } else {
            compare(row, count);
          }
        }
      }
    }
  }

  private void compareDirectory(Inode row, int count) throws IOException {
    boolean root = row.number().equals(InodeNumber.ROOT);
    if (count > (root ? 0 : 1)) {
      found(Kind.DIRECTORY_NAMES, row, "is a directory and has " + count + " names");
    } else if (count == 0 && !root) {
      found(Kind.NO_NAME, row, "is a directory and has lost its name");
    }
  }

  private void compare(Inode row, int count) throws IOException {
    if (count == 0 && row.nlink() > 0) {
      found(Kind.NO_NAME, row, "has lost its names");
    } else if (count != row.nlink()) {
      sink.found(
          Finding.ofInode(
                  Kind.LINK_COUNT,
                  row.number(),
                  row.number() + " says " + row.nlink() + " names, and has " + count)
              .withRight(row.toBuilder().nlink(count).build()));
    }
  }

  private void found(Kind kind, Inode row, String what) throws IOException {
    sink.found(Finding.ofInode(kind, row.number(), row.number() + " " + what));
  }
}
