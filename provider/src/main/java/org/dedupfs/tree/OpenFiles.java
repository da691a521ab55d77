package org.dedupfs.tree;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.dedupfs.metadata.InodeNumber;

/**
 * Which inodes are open, and which are being purged: never both. Its lock is the innermost one, so
 * all may be asked within a change.
 */
final class OpenFiles {
  @GuardedBy("this")
  private final Map<InodeNumber, Integer> uses = new HashMap<>();

  @GuardedBy("this")
  private final Set<InodeNumber> purging = new HashSet<>();

  /** Counts one use; false when the inode is being purged, that is, has gone. */
  synchronized boolean tryOpen(InodeNumber inode) {
    if (purging.contains(inode)) {
      return false;
    }
    uses.merge(inode, 1, Integer::sum);
    return true;
  }

  synchronized void closed(InodeNumber inode) {
    uses.computeIfPresent(inode, (key, count) -> count == 1 ? null : count - 1);
  }

  /** Reserves the inode for the caller to purge; false when it is open or somebody else does. */
  synchronized boolean tryBeginPurge(InodeNumber inode) {
    return !uses.containsKey(inode) && purging.add(inode);
  }

  synchronized void endPurge(InodeNumber inode) {
    purging.remove(inode);
  }

  synchronized boolean isOpen(InodeNumber inode) {
    return uses.containsKey(inode);
  }
}
