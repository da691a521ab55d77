package org.dedupfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.ExtentMap;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.LiveMetadata;
import org.dedupfs.metadata.Orphan;
import org.dedupfs.metadata.Row;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.RowReader;
import org.dedupfs.metadata.Symlink;
import org.dedupfs.metadata.Table;

/** What is true of all rows together at any time that nothing is changing. */
public final class TreeInvariants {
  private static final int ROWS_PER_READ = 256;

  private final RowReader rows;
  private final Map<InodeNumber, Inode> inodes = new HashMap<>();
  private final Map<InodeNumber, Integer> names = new HashMap<>();
  private final Map<InodeNumber, Integer> subdirectories = new HashMap<>();
  private final Set<InodeNumber> orphans = new HashSet<>();

  private TreeInvariants(RowReader rows) {
    this.rows = rows;
  }

  /** Fails unless everything that is visible fits together. */
  public static void check(LiveMetadata live) throws IOException {
    TreeInvariants found = new TreeInvariants(live);
    found.load();
    found.checkEntries();
    long directories = 0;
    long allocated = 0;
    for (Inode inode : found.inodes.values()) {
      found.checkInode(inode);
      directories += inode.isDirectory() ? 1 : 0;
      allocated += inode.allocatedBytes();
    }
    assertThat(found.inodes).as("the root").containsKey(InodeNumber.ROOT);
    assertThat(live.counter(Counter.DIRECTORIES)).as("directories").isEqualTo(directories);
    assertThat(live.counter(Counter.FILES))
        .as("files")
        .isEqualTo(found.inodes.size() - directories);
    assertThat(live.counter(Counter.LOGICAL_BYTES)).as("logical bytes").isEqualTo(allocated);
  }

  private void load() throws IOException {
    for (Inode inode : all(Table.INODE, Inode.class)) {
      inodes.put(inode.number(), inode);
    }
    for (Orphan orphan : all(Table.ORPHAN, Orphan.class)) {
      orphans.add(orphan.inode());
    }
  }

  private void checkEntries() throws IOException {
    for (Dentry entry : all(Table.DENTRY, Dentry.class)) {
      Inode inode = inodes.get(entry.inode());
      assertThat(inode).as("inode of %s", entry).isNotNull();
      assertThat(inode.type()).as("type of %s", entry).isEqualTo(entry.type());
      assertThat(inodes).as("directory of %s", entry).containsKey(entry.parent());
      names.merge(entry.inode(), 1, Integer::sum);
      if (entry.type() == FileType.DIRECTORY) {
        assertThat(inode.parent()).as("parent of %s", entry).isEqualTo(entry.parent());
        subdirectories.merge(entry.parent(), 1, Integer::sum);
      }
    }
  }

  private void checkInode(Inode inode) throws IOException {
    InodeNumber number = inode.number();
    if (inode.isDirectory()) {
      int expectedNames = number.equals(InodeNumber.ROOT) ? 0 : 1;
      assertThat(names.getOrDefault(number, 0)).as("names of %s", inode).isEqualTo(expectedNames);
      assertThat(inode.nlink())
          .as("nlink of %s", inode)
          .isEqualTo(2 + subdirectories.getOrDefault(number, 0));
    } else {
      assertThat(inode.nlink()).as("nlink of %s", inode).isEqualTo(names.getOrDefault(number, 0));
      assertThat(orphans.contains(number)).as("orphan %s", inode).isEqualTo(inode.nlink() == 0);
    }
    if (inode.isSymlink()) {
      Symlink link = rows.get(RowKey.symlink(number));
      assertThat(link).as("target of %s", inode).isNotNull();
      assertThat(inode.sizeBytes()).as("size of %s", inode).isEqualTo(link.target().length);
    }
    checkExtents(inode);
  }

  private void checkExtents(Inode inode) throws IOException {
    long end = 0;
    long data = 0;
    if (inode.isRegular() && inode.sizeBytes() > 0) {
      for (Extent extent :
          ExtentMap.read(rows, inode.number(), 0, Long.MAX_VALUE, Integer.MAX_VALUE)) {
        assertThat(extent.offsetBytes()).as("start of %s of %s", extent, inode).isEqualTo(end);
        end = extent.endBytes();
        data += extent.isHole() ? 0 : extent.lengthBytes();
      }
    } else {
      assertThat(rows.floor(RowKey.extents(inode.number(), Long.MAX_VALUE)))
          .as("extents of %s", inode)
          .isNull();
    }
    if (inode.isRegular()) {
      assertThat(end).as("end of %s", inode).isEqualTo(inode.sizeBytes());
    }
    assertThat(data).as("data of %s", inode).isEqualTo(inode.allocatedBytes());
  }

  private <R extends Row> List<R> all(Table<R> table, Class<R> type) throws IOException {
    List<R> found = new ArrayList<>();
    RowKey<R> from = new RowKey<>(table, 0, 0, null);
    RowKey<R> to = new RowKey<>(table, Long.MAX_VALUE, Long.MAX_VALUE, null);
    List<R> some;
    do {
      some = rows.range(from, to, ROWS_PER_READ);
      found.addAll(some);
      if (!some.isEmpty()) {
        from = after(type.cast(some.get(some.size() - 1)));
      }
    } while (some.size() == ROWS_PER_READ);
    return found;
  }

  @SuppressWarnings("unchecked") // the key of a row is of the row's type
  private static <R extends Row> RowKey<R> after(R row) {
    RowKey<R> key = (RowKey<R>) row.key();
    byte[] third = key.third();
    byte[] next = third == null ? new byte[0] : java.util.Arrays.copyOf(third, third.length + 1);
    return new RowKey<>(key.table(), key.first(), key.second(), next);
  }
}
