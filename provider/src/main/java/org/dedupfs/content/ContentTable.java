package org.dedupfs.content;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * The contents that are in use or dirty: one object for each file, shared by all who use it. Safe
 * for any number of threads.
 */
final class ContentTable {
  private final ContentStore store;
  private final ConcurrentHashMap<InodeNumber, FileContent> contents = new ConcurrentHashMap<>();

  ContentTable(ContentStore store) {
    this.store = store;
  }

  /**
   * Begins a use; {@link #endUse} ends it.
   *
   * @throws IOException if there is no such inode
   */
  FileContent use(InodeNumber inode) throws IOException {
    try {
      return contents.compute(
          inode,
          (number, present) -> {
            FileContent content = present == null ? load(number) : present;
            content.references++;
            return content;
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private FileContent load(InodeNumber inode) {
    try {
      Inode row = store.metadata().get(RowKey.inode(inode));
      if (row == null) {
        throw new FileNotFoundException(inode + " is gone");
      }
      return new FileContent(store, row);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends a use, and returns whether it was the last one. What is dirty stays in the table. */
  boolean endUse(FileContent content) {
    boolean[] last = {false};
    contents.computeIfPresent(
        content.inode(),
        (number, present) -> {
          present.references--;
          last[0] = present.references == 0;
          return last[0] && present.commit().isSettled() ? null : present;
        });
    return last[0];
  }

  @Nullable FileContent find(InodeNumber inode) {
    return contents.get(inode);
  }

  /** The content if it has writes that are not in the metadata. */
  @Nullable FileContent findUnsettled(InodeNumber inode) {
    FileContent content = contents.get(inode);
    return content == null || content.commit().isSettled() ? null : content;
  }

  @Nullable FileContent remove(InodeNumber inode) {
    return contents.remove(inode);
  }

  Collection<FileContent> all() {
    return contents.values();
  }

  /** The files with writes that are not in the metadata. */
  List<FileContent> unsettled() {
    List<FileContent> files = new ArrayList<>();
    for (FileContent content : contents.values()) {
      if (!content.commit().isSettled()) {
        files.add(content);
      }
    }
    return files;
  }

  /** By how much what is not hole grows when all writes come into the metadata. */
  long uncommittedAllocation() throws IOException {
    long grown = 0;
    for (FileContent content : unsettled()) {
      Inode row = store.metadata().get(RowKey.inode(content.inode()));
      if (row != null) {
        grown += allocatedBytes(content, row) - row.allocatedBytes();
      }
    }
    return grown;
  }

  private static long allocatedBytes(FileContent content, Inode row) {
    try {
      return content.allocatedBytes();
    } catch (IOException e) {
      return row.allocatedBytes(); // damaged: what it will come to cannot be said
    }
  }

  boolean hasUnsettled() {
    return contents.values().stream().anyMatch(file -> !file.commit().isSettled());
  }

  /** Lets go of what is neither used nor dirty. */
  void evictSettled() {
    for (FileContent content : contents.values()) {
      if (content.references == 0) {
        contents.computeIfPresent(
            content.inode(),
            (number, present) ->
                present.references == 0 && present.commit().isSettled() ? null : present);
      }
    }
  }
}
