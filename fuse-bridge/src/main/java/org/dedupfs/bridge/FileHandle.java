package org.dedupfs.bridge;

/** What one open(2) gave. */
final class FileHandle {
  /** No node number is 0; the root's is 1. */
  static final long UNKNOWN_NODE = 0;

  private final OpenInode inode;
  private volatile long nodeId;
  private volatile boolean direct;
  private volatile boolean late;

  /**
   * @param nodeId the kernel's number of the file, or {@link #UNKNOWN_NODE}: a CREATE request does
   *     not tell
   */
  FileHandle(OpenInode inode, long nodeId) {
    this.inode = inode;
    this.nodeId = nodeId;
  }

  OpenInode inode() {
    return inode;
  }

  long nodeId() {
    return nodeId;
  }

  /** A request about the handle tells the node; false if it was known. */
  synchronized boolean learn(long learned) {
    if (nodeId != UNKNOWN_NODE) {
      return false;
    }
    nodeId = learned;
    return true;
  }

  /** Whether the kernel reads and writes past the pages of the node. */
  boolean isDirect() {
    return direct;
  }

  /** Whether it should have been direct, but its node was not known when it was opened. */
  boolean isLate() {
    return late;
  }

  void makeLate() {
    late = true;
  }

  void makeDirect() {
    direct = true;
  }
}
