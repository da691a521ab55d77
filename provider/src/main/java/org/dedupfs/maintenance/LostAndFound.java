package org.dedupfs.maintenance;

import java.io.IOException;
import java.util.function.LongSupplier;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.NameCookies;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;
import org.jspecify.annotations.Nullable;

/** The directory {@code /lost+found}, where what has lost its name gets one: its number. */
final class LostAndFound {
  static final String NAME = "lost+found";

  private final MetadataStore metadata;
  private final NameCookies cookies;
  private final LongSupplier clockNanos;

  LostAndFound(MetadataStore metadata, NameCookies cookies, LongSupplier clockNanos) {
    this.metadata = metadata;
    this.cookies = cookies;
    this.clockNanos = clockNanos;
  }

  /** Gives an inode a name there; within the batch. Counts of links are left to the next check. */
  String take(Inode row, MetadataBatch batch) throws IOException {
    InodeNumber directory = directory();
    String name = "#" + row.number().value();
    for (int i = 1; entry(directory, name) != null; i++) {
      name = "#" + row.number().value() + "." + i;
    }
    FileName bytes = FileName.of(name);
    batch.put(new Dentry(directory, cookies.cookie(bytes), bytes, row.number(), row.type()));
    Inode.Builder named = row.toBuilder();
    batch.put(row.isDirectory() ? named.parent(directory).build() : named.nlink(1).build());
    batch.delete(RowKey.orphan(row.number()));
    return "/" + NAME + "/" + name;
  }

  private @Nullable Dentry entry(InodeNumber directory, String name) throws IOException {
    FileName bytes = FileName.of(name);
    return metadata.get(RowKey.dentry(directory, cookies.cookie(bytes), bytes));
  }

  private InodeNumber directory() throws IOException {
    Dentry there = entry(InodeNumber.ROOT, NAME);
    Inode root = metadata.get(RowKey.inode(InodeNumber.ROOT));
    if (there != null && there.type() == FileType.DIRECTORY) {
      return there.inode();
    }
    Property next = metadata.get(RowKey.property(Property.NEXT_INODE));
    if (next == null || root == null || there != null) {
      throw new MetadataDamagedException("there is no place for /" + NAME);
    }
    InodeNumber number = new InodeNumber(Long.parseLong(next.value()));
    long now = clockNanos.getAsLong();
    FileName name = FileName.of(NAME);
    // At once, not with the batch: the next one to be taken asks for it.
    metadata.commit(
        new MetadataBatch()
            .put(new Property(Property.NEXT_INODE, Long.toString(number.value() + 1)))
            .put(
                newInode(number, FileType.DIRECTORY, 0700, root, now).parent(root.number()).build())
            .put(new Dentry(root.number(), cookies.cookie(name), name, number, FileType.DIRECTORY))
            .put(root.toBuilder().nlink(root.nlink() + 1).build()));
    return number;
  }

  /** An inode of which only the type is known; it belongs to who has the directory. */
  static Inode.Builder newInode(
      InodeNumber number, FileType type, int permissions, @Nullable Inode directory, long now) {
    return new Inode.Builder(number)
        .mode(type.modeBits() | permissions)
        .nlink(type == FileType.DIRECTORY ? 2 : 1)
        .uid(directory == null ? 0 : directory.uid())
        .gid(directory == null ? 0 : directory.gid())
        .accessNanos(now)
        .modifyNanos(now)
        .changeNanos(now)
        .birthNanos(now);
  }
}
