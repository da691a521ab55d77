package org.dedupfs.maintenance;

import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Symlink;
import org.jspecify.annotations.Nullable;

/** What is left of inodes that are lost, or said to be something else. */
final class InodeRemains {
  private final MetadataStore metadata;
  private final ContentRepair content;
  private final LongSupplier clockNanos;

  InodeRemains(MetadataStore metadata, ContentRepair content, LongSupplier clockNanos) {
    this.metadata = metadata;
    this.content = content;
    this.clockNanos = clockNanos;
  }

  /** What an inode was, from what is left; null if that does not say enough. */
  @Nullable Inode made(InodeNumber number, FileType type, @Nullable Inode directory)
      throws IOException {
    long now = clockNanos.getAsLong();
    return switch (type) {
      case REGULAR -> {
        Inode file =
            content.sized(LostAndFound.newInode(number, type, 0600, directory, now).build());
        // Without any contents left nobody knows that it was empty: no file rather than a wrong
        // one.
        yield file.sizeBytes() == 0 ? null : file;
      }
      case DIRECTORY ->
          LostAndFound.newInode(number, type, 0700, directory, now)
              .parent(InodeNumber.ROOT)
              .build();
      case SYMLINK -> {
        Symlink link = metadata.get(RowKey.symlink(number));
        yield link == null
            ? null
            : LostAndFound.newInode(number, type, 0777, directory, now)
                .sizeBytes(link.target().length)
                .build();
      }
      case FIFO, SOCKET -> LostAndFound.newInode(number, type, 0600, directory, now).build();
      case CHARACTER_DEVICE, BLOCK_DEVICE -> null;
    };
  }

  List<Dentry> entries(InodeNumber directory) throws IOException {
    return metadata.range(
        RowKey.dentriesFrom(directory, 0),
        RowKey.dentriesFrom(directory, Long.MAX_VALUE),
        Integer.MAX_VALUE);
  }
}
