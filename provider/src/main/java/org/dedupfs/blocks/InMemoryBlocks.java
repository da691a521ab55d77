package org.dedupfs.blocks;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;

/** What an {@link InMemoryBlockStore} holds at one point. Not thread-safe. */
final class InMemoryBlocks {
  final TreeMap<Long, byte[]> blocks = new TreeMap<>();
  final Map<Long, BlockHeader> fingerprints = new HashMap<>();
  final Map<BlockHash, Long> index = new HashMap<>();
  final ConcurrentSkipListSet<Long> damaged = new ConcurrentSkipListSet<>();

  InMemoryBlocks copy() {
    InMemoryBlocks copy = new InMemoryBlocks();
    copy.blocks.putAll(blocks);
    copy.fingerprints.putAll(fingerprints);
    copy.index.putAll(index);
    copy.damaged.addAll(damaged);
    return copy;
  }

  void store(long id, BlockHeader header, byte[] record) {
    blocks.put(id, record);
    fingerprints.put(id, header);
    Long found = index.get(header.hash());
    if (found == null || found < id || damaged.contains(found)) {
      index.put(header.hash(), id); // else it is swept, and put back by a journal
    }
    damaged.remove(id);
  }

  void delete(long id) {
    blocks.remove(id);
    BlockHeader header = fingerprints.remove(id);
    if (header != null) {
      index.remove(header.hash(), id);
    }
    damaged.remove(id);
  }
}
