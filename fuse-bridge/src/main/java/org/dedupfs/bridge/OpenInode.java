package org.dedupfs.bridge;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A file while anybody has it open: one channel for all. */
final class OpenInode {
  private final long key;
  private final MountedFile file;
  private final List<FileHandle> handles = new CopyOnWriteArrayList<>();
  private final Set<HiddenNames.Name> hiddenNames = ConcurrentHashMap.newKeySet();

  /** Handles, and operations under way; changed only within {@link OpenInodes}' table. */
  private int users = 1;

  OpenInode(long key, MountedFile file) {
    this.key = key;
    this.file = file;
  }

  /** The inode number, or, for file systems that do not bind to inodes, a number of its own. */
  long key() {
    return key;
  }

  MountedFile file() {
    return file;
  }

  List<FileHandle> handles() {
    return handles;
  }

  /** By what names, invented by libfuse, it can be reached. */
  Set<HiddenNames.Name> hiddenNames() {
    return hiddenNames;
  }

  void addUser() {
    users++;
  }

  /** Whether that was the last. */
  boolean removeUser() {
    users--;
    return users == 0;
  }
}
