package org.dedupfs.bridge;

import java.io.IOException;

/**
 * When the kernel must forget what it holds of the bytes of files that are open.
 *
 * <p>The kernel has pages per node, that is, per path it has looked up, and drops them when it gets
 * the answer to an open. So only what happens while a node is open matters: its own changes the
 * kernel applies to its pages itself; a change that comes in any other way, and one that has
 * failed, invalidates. A handle is among those of its inode before its open is answered, and the
 * provider tells of a foreign change after it has become visible and before the changer gets its
 * answer: so a change that a handle was too late for was there before the kernel dropped the pages.
 * An invalidation waits in the kernel for reads under way.
 *
 * <p>Two files may be open by one node ({@link OpenNodes}). The pages are then those of the one
 * that was opened first; handles of the other are direct, they read and write past them.
 */
final class CachedPages {

  /** A change of the bytes of a file. */
  @FunctionalInterface
  interface Change {
    void make() throws IOException;
  }

  private final KernelCache kernel;
  private final OpenNodes nodes = new OpenNodes();

  CachedPages(KernelCache kernel) {
    this.kernel = kernel;
  }

  /** A handle that is among those of its inode, and whose open is not answered yet. */
  void opened(FileHandle handle) {
    if (handle.nodeId() != FileHandle.UNKNOWN_NODE && nodes.add(handle)) {
      handle.makeDirect();
      kernel.invalidate(handle.nodeId());
    }
  }

  /** The node of a handle is known from now on. */
  void learn(FileHandle handle, long nodeId) {
    if (handle.learn(nodeId) && nodes.add(handle)) {
      handle.makeLate();
      kernel.invalidate(nodeId);
    }
  }

  /**
   * Before a handle is read from or written to.
   *
   * @throws ErrnoException ESTALE: another file is open by the node, it is too late to make this
   *     handle direct, and neither may see the other's bytes
   */
  void requireOwnPages(FileHandle handle) throws ErrnoException {
    if (handle.isLate() && nodes.hasOther(handle.inode(), handle.nodeId())) {
      throw new ErrnoException(Errno.ESTALE, "another file is open in place of a new one");
    }
  }

  /** A handle that is not among those of its inode any more. */
  void closed(FileHandle handle) {
    if (handle.nodeId() == FileHandle.UNKNOWN_NODE) {
      return;
    }
    nodes.remove(handle);
    if (nodes.hasOther(handle.inode(), handle.nodeId())) {
      kernel.invalidate(handle.nodeId()); // A late handle may use the pages from now on.
      return;
    }
    for (FileHandle left : handle.inode().handles()) {
      if (left.nodeId() == FileHandle.UNKNOWN_NODE) {
        // It may have the same node, and nobody would know to invalidate it.
        kernel.invalidate(handle.nodeId());
        return;
      }
    }
  }

  /**
   * Makes a change that comes through a node.
   *
   * @param direct whether the kernel has not made it in its pages
   */
  void change(OpenInode inode, long nodeId, boolean direct, Change change) throws IOException {
    boolean done = false;
    try {
      change.make();
      done = true;
    } finally {
      invalidate(inode, nodeId, direct || !done);
    }
  }

  /** The pages of all nodes are wrong, by a change that came through none. */
  void spoiled(OpenInode inode) {
    invalidate(inode, FileHandle.UNKNOWN_NODE, true);
  }

  /** The pages of all nodes are wrong, also those of the one that this thread serves. */
  void spoiled(OpenInode inode, long ownNodeId) {
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
    if ((hasOwn && ownToo) || nodes.hasOther(inode, ownNodeId)) {
      kernel.invalidate(ownNodeId);
    }
  }
}
