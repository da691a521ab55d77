package org.dedupfs.nio;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.channels.AsynchronousCloseException;
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
   * Holds a lock until it is removed. The lock of a channel that is closed meanwhile does not stay,
   * whichever comes first: who closes a channel says so before taking its locks away.
   *
   * @throws OverlappingFileLockException if any lock of this process overlaps, shared or not
   * @throws AsynchronousCloseException if the channel has been closed
   */
  synchronized void add(InodeNumber inode, FileLock lock) throws AsynchronousCloseException {
    if (!lock.acquiredBy().isOpen()) {
      throw new AsynchronousCloseException();
    }
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
