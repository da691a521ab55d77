package org.dedupfs.bridge;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The open files by inode number, each with one channel that all share, counted. A file is closed
 * outside of the table's locks; who opens it meanwhile gets a new channel.
 */
final class OpenInodes implements Closeable {

  /** Who wants to know when a file is closed by the last. */
  @FunctionalInterface
  interface Listener {
    /** It is not in the table any more, its channel still open. */
    void closed(OpenInode inode);
  }

  private final MountedTree tree;
  private final Listener listener;
  private final ConcurrentHashMap<Long, OpenInode> table = new ConcurrentHashMap<>();
  private final AtomicLong unshared = new AtomicLong();

  OpenInodes(MountedTree tree, Listener listener) {
    this.tree = tree;
    this.listener = listener;
  }

  /** Opens, or shares; {@link #release} has to follow. */
  OpenInode acquire(Path path, int flags) throws IOException {
    if (tree.bindsToInodes()) {
      OpenInode open = tryAcquire(tree.status(path).ino());
      if (open != null) {
        return open;
      }
    }
    return add(tree.open(path, flags));
  }

  /** Shares what is open; null if it is not, or not any more. */
  @Nullable OpenInode tryAcquire(long ino) {
    return table.computeIfPresent(
        ino,
        (key, inode) -> {
          inode.addUser();
          return inode;
        });
  }

  /** Takes over a file just opened. Somebody may have been faster: then that one is shared. */
  OpenInode add(MountedFile file) throws IOException {
    boolean done = false;
    try {
      long key =
          tree.bindsToInodes() ? file.node().status().ino() : -1 - unshared.getAndIncrement();
      OpenInode inode = share(key, file);
      done = inode.file() == file;
      return inode;
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  private OpenInode share(long ino, MountedFile file) {
    return table.compute(
        ino,
        (key, open) -> {
          if (open == null) {
            return new OpenInode(key, file);
          }
          open.addUser();
          return open;
        });
  }

  /** Null if it is not open; what is being opened is waited for. */
  @Nullable OpenInode get(long ino) {
    return table.computeIfPresent(ino, (key, inode) -> inode);
  }

  /** The open file that the kernel knows by a node, of which the lower 32 bits are known. */
  @Nullable OpenInode tryAcquireNode(int lowNodeId) {
    for (OpenInode inode : table.values()) {
      for (FileHandle handle : inode.handles()) {
        if ((int) handle.nodeId() == lowNodeId && handle.nodeId() != FileHandle.UNKNOWN_NODE) {
          return tryAcquire(inode.key());
        }
      }
    }
    return null;
  }

  void release(OpenInode inode) throws IOException {
    boolean[] last = {false};
    OpenInode left =
        table.computeIfPresent(
            inode.key(),
            (key, open) -> {
              last[0] = open.removeUser();
              return last[0] ? null : open;
            });
    if (left == null && last[0]) {
      listener.closed(inode);
      inode.file().close();
    }
  }

  /** Closes all, whoever uses them; reports the first failure. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (OpenInode inode : table.values()) {
      if (table.remove(inode.key(), inode)) {
        try {
          inode.file().close();
        } catch (IOException e) {
          if (failure == null) {
            failure = e;
          } else {
            failure.addSuppressed(e);
          }
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
