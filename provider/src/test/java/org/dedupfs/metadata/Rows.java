package org.dedupfs.metadata;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes rows for tests. */
final class Rows {
  static final InodeNumber ROOT = InodeNumber.ROOT;
  static final NameCookies COOKIES = new NameCookies(1, 2);

  private Rows() {}

  static InodeNumber number(long value) {
    return new InodeNumber(value);
  }

  static Inode inode(long number, long sizeBytes) {
    return new Inode.Builder(number(number))
        .mode(FileType.REGULAR.modeBits() | 0644)
        .nlink(1)
        .uid(-2)
        .gid(1000)
        .rdev(0x0102030405L)
        .sizeBytes(sizeBytes)
        .allocatedBytes(sizeBytes / 2)
        .accessNanos(-1)
        .modifyNanos(1_700_000_000_123_456_789L)
        .changeNanos(Long.MIN_VALUE)
        .birthNanos(Long.MAX_VALUE)
        .parent(ROOT)
        .flags(7)
        .build();
  }

  static RowKey<Dentry> dentryKey(long parent, String name) {
    FileName fileName = FileName.of(name);
    return RowKey.dentry(number(parent), COOKIES.cookie(fileName), fileName);
  }

  static Dentry dentry(long parent, String name, long inode) {
    FileName fileName = FileName.of(name);
    return new Dentry(
        number(parent), COOKIES.cookie(fileName), fileName, number(inode), FileType.REGULAR);
  }

  static Xattr xattr(long inode, String name, String value) {
    return new Xattr(number(inode), bytes(name), bytes(value));
  }

  static Symlink symlink(long inode, String target) {
    return new Symlink(number(inode), bytes(target));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static ExtentPage page(long inode, long offset, int count) {
    return ExtentPage.of(number(inode), extents(new Random(offset + inode), offset, count));
  }

  /** Random extents that join; neighbours do not continue each other. */
  static List<Extent> extents(Random random, long offset, int count) {
    List<Extent> extents = new ArrayList<>();
    long at = offset;
    long id = random.nextInt(1000);
    for (int i = 0; i < count; i++) {
      int length = 1 + random.nextInt(200_000);
      id += 1L + random.nextInt(3);
      int kind = random.nextInt(20);
      boolean previousIsBlock = i == 0 || extents.get(i - 1).isBlock();
      if (kind == 0 && previousIsBlock) {
        extents.add(Extent.hole(at, length));
      } else if (kind == 1 && previousIsBlock) {
        extents.add(new Extent(at, length, Extent.DAMAGED, 0, 0));
      } else {
        int skip = kind == 2 ? 1 + random.nextInt(1000) : 0;
        extents.add(new Extent(at, length, id, skip, random.nextInt()));
      }
      at += length;
    }
    return extents;
  }

  /** One row of each table. */
  static List<Row> oneOfEach() {
    return List.of(
        inode(7, 123_456),
        dentry(1, "häuser", 7),
        symlink(8, "../x"),
        xattr(7, "user.comment", ""),
        page(7, 0, 500),
        new Orphan(number(9)),
        new JournalEntry(77, new byte[] {1, 2, 3}),
        new Property("format", "1"));
  }
}
