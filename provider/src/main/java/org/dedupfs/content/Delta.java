package org.dedupfs.content;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.ExtentMap;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataDamagedException;

/**
 * What changed in a file's extents since they were last moved into the metadata: a prefix of the
 * file's history, in stored blocks. Not thread-safe; guarded by the owner's state lock.
 */
final class Delta {
  private final TreeMap<Long, Extent> extents = new TreeMap<>();
  private long floor = DirtyLayer.NO_FLOOR;
  private long endBytes;
  private long holeBytes;
  private boolean changed;

  /** Whether a change is under way, or ended midway: then what this says is not to be used. */
  private boolean torn;

  Delta(long endBytes) {
    this.endBytes = endBytes;
  }

  boolean isEmpty() {
    return !changed;
  }

  /** Whether a change ended midway, for lack of memory for example. */
  boolean isTorn() {
    return torn;
  }

  int size() {
    return extents.size();
  }

  /** Where the file ends after this delta. */
  long endBytes() {
    return endBytes;
  }

  /** From here on the committed extents do not show through. */
  long floor() {
    return floor;
  }

  void truncate(long sizeBytes) {
    torn = true;
    changed = true;
    cut(sizeBytes, Long.MAX_VALUE);
    floor = Math.min(floor, sizeBytes);
    endBytes = Math.min(endBytes, sizeBytes);
    torn = false;
  }

  void setEnd(long sizeBytes) {
    if (sizeBytes != endBytes) {
      changed = true;
      endBytes = sizeBytes;
    }
  }

  /** Replaces a range by extents that cover it. */
  void replace(long from, long to, List<Extent> replacement) {
    if (from >= to) {
      return;
    }
    torn = true;
    changed = true;
    cut(from, to);
    for (Extent extent : replacement) {
      put(extent);
    }
    torn = false;
  }

  private void cut(long from, long to) {
    Map.Entry<Long, Extent> entry = extents.lowerEntry(to);
    while (entry != null && entry.getValue().endBytes() > from) {
      Extent extent = entry.getValue();
      extents.remove(extent.offsetBytes());
      holeBytes -= extent.isHole() ? extent.lengthBytes() : 0;
      if (extent.endBytes() > to) {
        put(extent.slice(to, extent.endBytes()));
      }
      if (extent.offsetBytes() < from) {
        put(extent.slice(extent.offsetBytes(), from));
      }
      entry = extents.lowerEntry(extent.offsetBytes());
    }
  }

  private void put(Extent extent) {
    extents.put(extent.offsetBytes(), extent);
    holeBytes += extent.isHole() ? extent.lengthBytes() : 0;
  }

  /** The extents that overlap a range, ascending, whole. */
  List<Extent> overlapping(long from, long to) {
    List<Extent> found = new ArrayList<>();
    Long first = extents.floorKey(from);
    for (Extent extent : extents.tailMap(first == null ? from : first, true).values()) {
      if (extent.offsetBytes() >= to) {
        break;
      }
      if (extent.endBytes() > from) {
        found.add(extent);
      }
    }
    return found;
  }

  /** Where the first of this delta's extents begins, or the end when there is none. */
  long startBytes() {
    return extents.isEmpty() ? endBytes : extents.firstKey();
  }

  /** How much of this delta's extents is holes. */
  long holeBytes() {
    return holeBytes;
  }

  void forEachExtent(Consumer<Extent> consumer) {
    extents.values().forEach(consumer);
  }

  void forEachBlock(LongConsumer consumer) {
    for (Extent extent : extents.values()) {
      if (extent.isBlock()) {
        consumer.accept(extent.blockId());
      }
    }
  }

  /** Bytes of the file in blocks with an id above {@code durable}. */
  long bytesBeyond(long durable) {
    long bytes = 0;
    for (Extent extent : extents.values()) {
      if (extent.blockId() > durable) {
        bytes += extent.lengthBytes();
      }
    }
    return bytes;
  }

  /**
   * Writes this delta into an inode's extents, which end at {@code baseEnd}. Extents of which
   * nothing shows through any more may be damaged: that ends here.
   *
   * @param allocatedBytes of the inode until now
   * @return by how many bytes the data that is no hole grew
   */
  long applyTo(Change change, InodeNumber inode, long baseEnd, long allocatedBytes)
      throws IOException {
    if (floor > 0) {
      return applyOver(change, inode, baseEnd);
    }
    try {
      return applyOver(change, inode, baseEnd);
    } catch (MetadataDamagedException e) {
      change.deleteEachExtentPage(inode);
      return applyOver(change, inode, 0) - allocatedBytes;
    }
  }

  private long applyOver(Change change, InodeNumber inode, long baseEnd) throws IOException {
    long grown = 0;
    long end = baseEnd;
    if (floor < end) {
      grown += ExtentMap.setEnd(change, inode, end, floor);
      end = floor;
    }
    List<Extent> run = new ArrayList<>();
    for (Extent extent : extents.values()) {
      if (!run.isEmpty() && run.get(run.size() - 1).endBytes() != extent.offsetBytes()) {
        Applied applied = applyRun(change, inode, end, run);
        grown += applied.grown;
        end = applied.end;
        run.clear();
      }
      run.add(extent);
    }
    if (!run.isEmpty()) {
      Applied applied = applyRun(change, inode, end, run);
      grown += applied.grown;
      end = applied.end;
    }
    if (end != endBytes) {
      grown += ExtentMap.setEnd(change, inode, end, endBytes);
    }
    return grown;
  }

  private record Applied(long grown, long end) {}

  private static Applied applyRun(Change change, InodeNumber inode, long end, List<Extent> run)
      throws IOException {
    long from = run.get(0).offsetBytes();
    long grown = 0;
    long newEnd = end;
    if (from > newEnd) {
      grown += ExtentMap.setEnd(change, inode, newEnd, from);
      newEnd = from;
    }
    grown += ExtentMap.replace(change, inode, newEnd, from, run);
    return new Applied(grown, Math.max(newEnd, run.get(run.size() - 1).endBytes()));
  }
}
