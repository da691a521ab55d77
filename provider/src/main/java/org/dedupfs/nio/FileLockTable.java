package org.dedupfs.nio;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.channels.Channel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dedupfs.metadata.InodeNumber;

/** The locks held on files of one open store, by inode. */
final class FileLockTable {
  @GuardedBy("this")
  private final Map<InodeNumber, List<FileLock>> locks = new HashMap<>();

  /**
   * @throws OverlappingFileLockException if any lock of this process overlaps, shared or not
   */
  synchronized void add(InodeNumber inode, FileLock lock) {
    List<FileLock> held = locks.computeIfAbsent(inode, key -> new ArrayList<>());
    for (FileLock other : held) {
      if (other.overlaps(lock.position(), lock.size())) {
        throw new OverlappingFileLockException();
      }
    }
    held.add(lock);
  }

  synchronized void remove(InodeNumber inode, FileLock lock) {
    List<FileLock> held = locks.get(inode);
    if (held != null && held.remove(lock) && held.isEmpty()) {
      locks.remove(inode);
    }
  }

  synchronized void removeAll(InodeNumber inode, Channel channel) {
    List<FileLock> held = locks.get(inode);
    if (held != null && held.removeIf(lock -> lock.acquiredBy() == channel) && held.isEmpty()) {
      locks.remove(inode);
    }
  }
}
