package org.dedupfs.bridge;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel's page cache holds of the files, and when it must forget that.
 *
 * <p>The kernel has pages per node, that is, per path it has looked up. It keeps those of a closed
 * file, and drops them at the next open unless told that they are still right. They are if all
 * changes since the kernel last dropped them came through that very node: it applies its own writes
 * to its pages. So for each inode we remember {@link Seen}: a node, and the generation up to which
 * its pages follow the file.
 *
 * <p>Rules, and why no race breaks them:
 *
 * <ol>
 *   <li>At an open, pages are kept only if the file has one name, the node is the one remembered,
 *       and the generation is the one remembered. Else the kernel drops them when it gets the
 *       answer, and what it reads after that is at least as new as the generation read here, which
 *       is remembered.
 *   <li>A change through the remembered node moves the remembered generation on, unless the file
 *       was {@linkplain OpenInode#disturb disturbed} since that change began.
 *   <li>A change by anybody else (another node, another door to the store) disturbs: what is
 *       remembered is forgotten, and the pages of all open nodes, but that of the changer, are
 *       invalidated. The provider tells of a foreign change before the changer gets its answer.
 * </ol>
 *
 * A foreign change may be visible before it is told, and rule 2 may then take it into the
 * remembered generation. It is forgotten as soon as it is told; an open that comes in between, and
 * keeps pages, has registered its handle first and so is invalidated: to the changer, whose call
 * has not returned, that is as if the reader had come earlier. Once forgotten, only an open that
 * drops pages remembers again. An invalidation waits in the kernel for reads under way. Of files
 * that are closed nothing has to be forgotten: a foreign change gives them another generation.
 */
final class CachedPages {
  /** Closed files remembered; some 120 bytes each. */
  private static final int CLOSED_FILES = 32_768;

  /**
   * @param nodeId {@link FileHandle#UNKNOWN_NODE}: that of the handle that made the file
   */
  record Seen(long nodeId, long generation) {}

  /** A change of the bytes of a file. */
  @FunctionalInterface
  interface Change {
    void make() throws IOException;
  }

  private final KernelCache kernel;

  @GuardedBy("closed")
  private final Map<Long, Seen> closed =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Seen> eldest) {
          return size() > CLOSED_FILES;
        }
      };

  CachedPages(KernelCache kernel) {
    this.kernel = kernel;
  }

  /**
   * A file is opened by the first: what was remembered when it was closed holds if it was not
   * changed since. Nobody sees the inode yet, and who tells of a change waits for it: so a change
   * is in the generation, or will be told.
   */
  void loaded(OpenInode inode) {
    Seen remembered = recall(inode.key());
    if (remembered != null && remembered.generation() == inode.file().generation()) {
      inode.see(remembered);
    }
  }

  /**
   * Rule 1; the handle must be among those of its inode already.
   *
   * @param names how many the file has
   * @return whether the kernel may keep its pages
   */
  boolean opened(FileHandle handle, int names) {
    OpenInode inode = handle.inode();
    synchronized (inode) {
      Seen now = new Seen(handle.nodeId(), inode.file().generation());
      if (handle.created()) {
        inode.see(now); // Its pages begin empty; the node becomes known with the first request.
        return false;
      }
      if (now.nodeId() == FileHandle.UNKNOWN_NODE) {
        inode.disturb();
        return false;
      }
      Seen before = inode.seen();
      inode.see(now);
      return names == 1 && now.equals(before);
    }
  }

  /** The node of a handle is known from now on. */
  void learn(FileHandle handle, long nodeId) {
    OpenInode inode = handle.inode();
    synchronized (inode) {
      if (handle.nodeId() != FileHandle.UNKNOWN_NODE) {
        return;
      }
      handle.learn(nodeId);
      Seen seen = inode.seen();
      if (seen != null && handle.created() && seen.nodeId() == FileHandle.UNKNOWN_NODE) {
        inode.see(new Seen(nodeId, seen.generation()));
      }
    }
  }

  /** Rules 2 and 3: makes a change that comes through a node. */
  void change(OpenInode inode, long nodeId, Change change) throws IOException {
    long before = inode.disturbances();
    boolean done = false;
    try {
      change.make();
      done = true;
    } finally {
      synchronized (inode) {
        Seen seen = inode.seen();
        boolean follows =
            done
                && seen != null
                && nodeId != FileHandle.UNKNOWN_NODE
                && seen.nodeId() == nodeId
                && inode.disturbances() == before;
        if (follows) {
          inode.see(new Seen(nodeId, inode.file().generation()));
        } else {
          inode.disturb();
        }
      }
      invalidate(inode, nodeId, !done);
    }
  }

  /** The pages of all nodes are wrong, by a change that came through none. */
  void spoiled(OpenInode inode) {
    inode.disturb();
    invalidate(inode, FileHandle.UNKNOWN_NODE, true);
  }

  /** The pages of all nodes are wrong, also those of the one that this thread serves. */
  void spoiled(OpenInode inode, long ownNodeId) {
    inode.disturb();
    invalidate(inode, ownNodeId, true);
  }

  /**
   * When this returns, who reads by one name sees what was written by another. The node of the
   * request that runs on this thread is not waited for: the kernel holds its pages until it has the
   * answer.
   */
  private void invalidate(OpenInode inode, long ownNodeId, boolean ownToo) {
    boolean asked = false;
    boolean hasOwn = false;
    for (FileHandle handle : inode.handles()) {
      long nodeId = handle.nodeId();
      if (nodeId == FileHandle.UNKNOWN_NODE) {
        continue;
      }
      if (nodeId == ownNodeId) {
        hasOwn = true;
      } else {
        kernel.invalidate(nodeId);
        asked = true;
      }
    }
    if (asked) {
      kernel.settle();
    }
    if (hasOwn && ownToo) {
      kernel.invalidate(ownNodeId);
    }
  }

  /** Nobody has the file open any more. */
  void closed(OpenInode inode) {
    Seen seen = inode.seen();
    synchronized (closed) {
      if (seen == null || seen.nodeId() == FileHandle.UNKNOWN_NODE) {
        closed.remove(inode.key());
      } else {
        closed.put(inode.key(), seen);
      }
    }
  }

  private @Nullable Seen recall(long ino) {
    synchronized (closed) {
      return closed.remove(ino);
    }
  }
}
