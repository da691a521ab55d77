package org.dedupfs.content;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.ExtentMap;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.RowReader;

/**
 * How many bytes of one file are no hole, whatever layer they are in. Counted when somebody asks:
 * at once for a file that was only appended to since its last commit, else by looking at what has
 * changed. Written zeros count until they are cut, and found to be holes. Safe for any number of
 * threads.
 */
final class Allocation {
  private static final long UNKNOWN = -1;
  private static final int EXTENTS_PER_READ = 4096;

  /** Parts that have changed up to which counting is cheap: over extents without and with holes. */
  private static final int CHEAP_PARTS = 1024;

  private static final int CHEAP_SPARSE_PARTS = 64;

  private final RowReader rows;
  private final InodeNumber inode;
  private final Layers layers; // guarded by state
  private final ReentrantReadWriteLock state;
  private volatile long known;

  Allocation(RowReader rows, Inode row, Layers layers, ReentrantReadWriteLock state) {
    this.rows = rows;
    this.inode = row.number();
    this.layers = layers;
    this.state = state;
    this.known = row.allocatedBytes();
  }

  /** Under the state lock: the layers have changed. That a delta was moved changes nothing. */
  void changed() {
    known = UNKNOWN;
  }

  /**
   * The bytes.
   *
   * @throws IOException if the file's extents, where they have to be looked at, are damaged
   */
  long bytes() throws IOException {
    long bytes = known;
    return bytes != UNKNOWN ? bytes : count(true);
  }

  /**
   * The same where it takes microseconds to find out. Else an estimate, by the size alone, until
   * the next commit: whoever writes at random to a large sparse file and asks after each write
   * waits no milliseconds for this.
   */
  long bytesOrEstimate(Inode row, long sizeBytes) throws IOException {
    long bytes = known;
    if (bytes == UNKNOWN) {
      bytes = count(false);
    }
    return bytes != UNKNOWN
        ? bytes
        : row.allocatedBytes() + Math.max(0, sizeBytes - row.sizeBytes());
  }

  /**
   * @param always whether to count even where that is not cheap; else that is unknown
   */
  private long count(boolean always) throws IOException {
    state.readLock().lock();
    try {
      Inode row = rows.get(RowKey.inode(inode));
      long ofBase = row == null ? 0 : row.allocatedBytes();
      if (layers.isMoved()) {
        known = ofBase;
      } else if (layers.isAppended() && hidesNoHole(ofBase)) {
        known = ofBase + layers.size() - layers.baseEnd() - layers.delta().holeBytes();
      } else if (always || isCheap(ofBase)) {
        known = countAll(ofBase);
      } else {
        return UNKNOWN;
      }
      return known;
    } finally {
      state.readLock().unlock();
    }
  }

  private boolean isCheap(long ofBase) {
    boolean isDense = ofBase == layers.baseEnd();
    return layers.partCount() <= (isDense ? CHEAP_PARTS : CHEAP_SPARSE_PARTS);
  }

  /** Whether the delta, which may begin with the last chunk of the base, hides no hole of it. */
  private boolean hidesNoHole(long ofBase) {
    return ofBase == layers.baseEnd() || layers.delta().startBytes() >= layers.baseEnd();
  }

  /** What shows of the base, and in each range that lies over it what is there instead. */
  private long countAll(long ofBase) throws IOException {
    Data data = new Data();
    Base base = new Base(layers.baseEnd(), ofBase);
    long shown = layers.baseShownTo();
    long bytes = base.upTo(shown);
    for (DirtyLayer.Run range : covered()) {
      layers.resolve(range.from(), range.to(), data);
      bytes -= base.between(range.from(), Math.min(range.to(), shown));
    }
    return bytes + data.bytes;
  }

  /** The ranges of the file that any layer above the base has something of, merged. */
  private List<DirtyLayer.Run> covered() {
    List<DirtyLayer.Run> runs = new ArrayList<>(layers.active().runs());
    DirtyLayer sealed = layers.sealed();
    if (sealed != null) {
      runs.addAll(sealed.runs());
    }
    layers.delta().forEachExtent(e -> runs.add(new DirtyLayer.Run(e.offsetBytes(), e.endBytes())));
    runs.sort(Comparator.comparingLong(DirtyLayer.Run::from));
    List<DirtyLayer.Run> merged = new ArrayList<>();
    long from = 0;
    long to = 0;
    for (DirtyLayer.Run run : runs) {
      if (run.from() > to) {
        merged.add(new DirtyLayer.Run(from, Math.min(to, layers.size())));
        from = run.from();
      }
      to = Math.max(to, run.to());
    }
    merged.add(new DirtyLayer.Run(from, Math.min(to, layers.size())));
    merged.removeIf(run -> run.from() >= run.to());
    return merged;
  }

  /** Adds up what is no hole. */
  private static final class Data implements LayerSink {
    private long bytes;

    @Override
    public boolean dirty(DirtyLayer.Piece piece, long from, long to) {
      bytes += to - from;
      return true;
    }

    @Override
    public boolean extent(Extent extent) {
      bytes += extent.isHole() ? 0 : extent.lengthBytes();
      return true;
    }
  }

  /** The data among the extents in the metadata, which are read only if some of them are holes. */
  private final class Base {
    private final long end;
    private final long allocated;

    Base(long end, long allocated) {
      this.end = end;
      this.allocated = allocated;
    }

    long upTo(long to) throws IOException {
      return to <= end / 2 ? between(0, to) : allocated - between(to, end);
    }

    long between(long from, long to) throws IOException {
      if (from >= to || allocated == 0) {
        return 0;
      }
      return allocated == end ? to - from : read(from, to);
    }

    private long read(long from, long to) throws IOException {
      long bytes = 0;
      long pos = from;
      List<Extent> some = ExtentMap.read(rows, inode, pos, to, EXTENTS_PER_READ);
      while (!some.isEmpty()) {
        for (Extent extent : some) {
          long until = Math.min(extent.endBytes(), to);
          bytes += extent.isHole() ? 0 : until - Math.max(pos, extent.offsetBytes());
          pos = until;
        }
        some = pos < to ? ExtentMap.read(rows, inode, pos, to, EXTENTS_PER_READ) : List.of();
      }
      return bytes;
    }
  }
}
