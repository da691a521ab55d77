package org.dedupfs.bridge;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A file while anybody has it open: one channel for all. */
final class OpenInode {
  private final long key;
  private final MountedFile file;
  private final List<FileHandle> handles = new CopyOnWriteArrayList<>();
  private final Set<HiddenNames.Name> hiddenNames = ConcurrentHashMap.newKeySet();

  /** Handles, and operations under way; changed only within {@link OpenInodes}' table. */
  private int users = 1;

  /** What the kernel's pages hold; null if that is not known. */
  @GuardedBy("this")
  private CachedPages.@Nullable Seen seen;

  /** How often others than the one node of {@link #seen} have changed the bytes. */
  @GuardedBy("this")
  private long disturbances;

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

  synchronized CachedPages.@Nullable Seen seen() {
    return seen;
  }

  synchronized void see(CachedPages.@Nullable Seen now) {
    seen = now;
  }

  synchronized long disturbances() {
    return disturbances;
  }

  /** The pages of all nodes but the one that changes the bytes are wrong now. */
  synchronized void disturb() {
    disturbances++;
    seen = null;
  }
}
