package org.dedupfs.bridge;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which files are open by which of the kernel's nodes. As a rule one by each; but when somebody
 * else puts another file where an open one was, the next open comes by the same node.
 */
final class OpenNodes {
  /** By node, how many handles each file has; the inner maps are never changed. */
  private final ConcurrentHashMap<Long, Map<OpenInode, Integer>> nodes = new ConcurrentHashMap<>();

  /**
   * Notes a handle whose node is known; of several at a time one is the first.
   *
   * @return whether another file is open by that node already
   */
  boolean add(FileHandle handle) {
    Map<OpenInode, Integer> open =
        nodes.compute(handle.nodeId(), (node, before) -> counted(before, handle.inode(), 1));
    return Objects.requireNonNull(open).size() > 1;
  }

  void remove(FileHandle handle) {
    nodes.computeIfPresent(
        handle.nodeId(),
        (node, before) -> {
          Map<OpenInode, Integer> after = counted(before, handle.inode(), -1);
          return after.isEmpty() ? null : after;
        });
  }

  private static Map<OpenInode, Integer> counted(
      @Nullable Map<OpenInode, Integer> before, OpenInode inode, int change) {
    Map<OpenInode, Integer> after = before == null ? new HashMap<>() : new HashMap<>(before);
    int count = after.getOrDefault(inode, 0) + change;
    if (count == 0) {
      after.remove(inode);
    } else {
      after.put(inode, count);
    }
    return after;
  }

  /** Whether a file other than this one is open by a node. */
  boolean hasOther(OpenInode inode, long nodeId) {
    Map<OpenInode, Integer> open = nodes.get(nodeId);
    return open != null && (open.size() > 1 || !open.containsKey(inode));
  }
}
