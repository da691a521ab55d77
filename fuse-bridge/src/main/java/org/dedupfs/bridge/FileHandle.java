package org.dedupfs.bridge;

/** What one open(2) gave. */
final class FileHandle {
  /** No node number is 0; the root's is 1. */
  static final long UNKNOWN_NODE = 0;

  private final OpenInode inode;
  private final boolean created;
  private volatile long nodeId;

  /**
   * @param nodeId the kernel's number of the file, or {@link #UNKNOWN_NODE}: a CREATE request does
   *     not tell
   * @param created whether the file was made with the handle, so that the kernel knew nothing of it
   */
  FileHandle(OpenInode inode, long nodeId, boolean created) {
    this.inode = inode;
    this.nodeId = nodeId;
    this.created = created;
  }

  OpenInode inode() {
    return inode;
  }

  boolean created() {
    return created;
  }

  long nodeId() {
    return nodeId;
  }

  void learn(long learned) {
    nodeId = learned;
  }
}
