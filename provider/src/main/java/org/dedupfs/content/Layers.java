package org.dedupfs.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.ExtentMap;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.RowReader;
import org.jspecify.annotations.Nullable;

/**
 * The stack of layers that a file's bytes are: what is being written (active), over what is being
 * cut into blocks (sealed), over what is stored but not yet in the metadata (delta), over its
 * extents in the metadata (base). Not thread-safe; guarded by its owner's state lock, but for
 * {@link #whole}.
 */
final class Layers {
  private static final int BASE_BATCH = 256;

  private final InodeNumber inode;
  private final RowReader rows;
  private final SpareBuffers spare;
  private DirtyLayer active;
  private @Nullable DirtyLayer sealed;
  private Delta delta;
  private long baseEnd;
  private long size;

  // Each write or truncation has a number; these say how far each layer has come.
  private long written;
  private long sealedUpTo;
  private long sealedSize;
  private long cutUpTo;
  private long movedUpTo;

  /** Whether all that is not in the metadata was written at the end of the file, in order. */
  private boolean appended = true;

  private boolean discarded;

  /** Whether a change of these fields is under way, or ended midway. */
  private boolean torn;

  /** What all of the file was found to consist of; forgotten before anything is changed. */
  private volatile @Nullable WholeFile whole;

  Layers(InodeNumber inode, RowReader rows, SpareBuffers spare, long sizeBytes) {
    this.inode = inode;
    this.rows = rows;
    this.spare = spare;
    this.active = new DirtyLayer(spare);
    this.size = sizeBytes;
    this.baseEnd = sizeBytes;
    this.delta = new Delta(sizeBytes);
  }

  long size() {
    return size;
  }

  long written() {
    return written;
  }

  long cutUpTo() {
    return cutUpTo;
  }

  long movedUpTo() {
    return movedUpTo;
  }

  Delta delta() {
    return delta;
  }

  DirtyLayer active() {
    return active;
  }

  /** Whether every write has been cut into blocks. */
  boolean isCut() {
    return cutUpTo == written;
  }

  /** Whether every write is in the metadata. */
  boolean isMoved() {
    return movedUpTo == written && delta.isEmpty();
  }

  /** Whether everything was forgotten; nothing can be put in its place. */
  boolean isDiscarded() {
    return discarded;
  }

  /** Whether the metadata has no extents of this file. */
  boolean hasNoBase() {
    return baseEnd == 0;
  }

  /** Where the extents in the metadata end. */
  long baseEnd() {
    return baseEnd;
  }

  /** How far at most the extents in the metadata show through. */
  long baseShownTo() {
    long floor = Math.min(active.floor(), delta.floor());
    return Math.min(baseEnd, sealed == null ? floor : Math.min(floor, sealed.floor()));
  }

  /** Whether all that is not in the metadata was written at the end of the file, in order. */
  boolean isAppended() {
    return appended;
  }

  /** Pieces and extents above the base, which whoever looks at all that has changed looks at. */
  int partCount() {
    return active.pieceCount() + (sealed == null ? 0 : sealed.pieceCount()) + delta.size();
  }

  long memoryBytes() {
    return active.memoryBytes() + (sealed == null ? 0 : sealed.memoryBytes());
  }

  /**
   * Each change is either made or not, or, if it ends midway, leaves this file refused instead of
   * wrong until it is deleted or the store is opened anew. (Nearly all that takes memory is done
   * before anything is changed.)
   *
   * @throws LostWritesException if one has ended midway
   */
  void checkWhole() throws LostWritesException {
    if (torn || active.isTorn() || delta.isTorn() || (sealed != null && sealed.isTorn())) {
      throw new LostWritesException(inode);
    }
  }

  /**
   * Puts all remaining bytes of {@code source} at an offset. What was written when that ends early
   * counts: it is there, and the file as long as that needs.
   */
  void write(long offset, ByteBuffer source) throws IOException {
    whole = null;
    checkWhole();
    long at = offset;
    while (source.hasRemaining()) {
      int count = active.write(at, source);
      appended &= at == size;
      at += count;
      size = Math.max(size, at);
      written++;
    }
  }

  void setSize(long sizeBytes) throws IOException {
    whole = null;
    checkWhole();
    if (sizeBytes < size) {
      active.truncate(sizeBytes);
    }
    appended = false;
    size = sizeBytes;
    written++;
  }

  void punch(long from, long to) throws IOException {
    whole = null;
    checkWhole();
    active.punch(from, Math.min(to, size));
    appended = false;
    written++;
  }

  /** Takes what is active as the next to be cut; null when nothing is. */
  @Nullable DirtyLayer seal() throws IOException {
    checkWhole();
    if (isCut()) {
      return null;
    }
    whole = null;
    DirtyLayer next = new DirtyLayer(spare);
    torn = true;
    if (sealed == null) {
      sealed = active;
    } else {
      sealed.stack(active);
    }
    active = next;
    sealedUpTo = written;
    sealedSize = size;
    torn = false;
    return sealed;
  }

  @Nullable DirtyLayer sealed() {
    return sealed;
  }

  /** Where the file ended when the layer was sealed. */
  long sealedSize() {
    return sealedSize;
  }

  /** Where the layers below the sealed one end, as far as they show through. */
  long lowerEnd() {
    return sealed == null ? delta.endBytes() : Math.min(sealed.floor(), delta.endBytes());
  }

  /** Gives a sealed layer that could not be cut back to the active one. */
  void unseal() {
    whole = null;
    if (sealed != null) {
      torn = true;
      sealed.setCutAt(-1);
      sealed.stack(active);
      active = sealed;
      sealed = null;
      torn = false;
    }
  }

  /** Puts what the sealed layer was cut into where it belongs. */
  void cut(Rechunker.Result result) {
    whole = null;
    DirtyLayer done = sealed;
    if (done == null) {
      return;
    }
    torn = true;
    if (done.floor() != DirtyLayer.NO_FLOOR) {
      delta.truncate(done.floor());
    }
    long end = delta.endBytes();
    for (Rechunker.Replacement replacement : result.replacements()) {
      delta.replace(replacement.from(), replacement.to(), replacement.extents());
      end = Math.max(end, replacement.to());
    }
    if (result.residueFrom() < 0) {
      delta.setEnd(sealedSize);
      cutUpTo = sealedUpTo;
      sealed = null;
    } else {
      delta.setEnd(end);
      sealed = done.remainder(result.residueFrom());
      sealed.setCutAt(result.residueIsCut() ? result.residueFrom() : -1);
    }
    torn = false;
  }

  /** Puts blocks that are stored already in the place of a range; only when all else is cut. */
  void place(List<Extent> extents) throws IOException {
    whole = null;
    checkWhole();
    long end = extents.get(extents.size() - 1).endBytes();
    appended = false;
    delta.replace(extents.get(0).offsetBytes(), end, extents);
    size = Math.max(size, end);
    delta.setEnd(size);
    written++;
    sealedUpTo = written;
    sealedSize = size;
    cutUpTo = written;
  }

  /** Within a change: writes the delta into the extents; {@link #moved} must follow. */
  long applyDelta(Change change, long allocatedBytes) throws IOException {
    checkWhole();
    return delta.applyTo(change, inode, baseEnd, allocatedBytes);
  }

  void moved() {
    whole = null;
    baseEnd = delta.endBytes();
    delta = new Delta(baseEnd);
    movedUpTo = cutUpTo;
    appended |= isMoved();
  }

  /** Forgets everything: the inode is gone. */
  void discard() {
    whole = null;
    torn = false;
    discarded = true;
    active = new DirtyLayer(spare);
    sealed = null;
    delta = new Delta(0);
    baseEnd = 0;
    size = 0;
    appended = true;
    written++;
    sealedUpTo = written;
    cutUpTo = written;
    movedUpTo = written;
  }

  /**
   * What all of the file consists of, if that was kept and nothing has changed since. May be asked
   * without the state lock: what is returned holds at some time between call and return.
   */
  @Nullable WholeFile whole() {
    return whole;
  }

  /** Keeps what all of the file was found to consist of, under the state lock since then. */
  void keep(WholeFile found) {
    whole = found;
  }

  /** Has all of the file looked at again: its blocks are not what was kept. */
  void forgetWhole() {
    whole = null;
  }

  /** Tells what the file consists of, ascending, from {@code from} to {@code to} or its end. */
  void resolve(long from, long to, LayerSink sink) throws IOException {
    checkWhole();
    resolveDirty(active, from, Math.min(to, size), sink);
  }

  /** What lies below the sealed layer, from {@code from} to {@code to}, clipped to that. */
  List<Extent> lower(long from, long to) throws IOException {
    checkWhole();
    List<Extent> found = new ArrayList<>();
    LayerSink collect =
        new LayerSink() {
          @Override
          public boolean dirty(DirtyLayer.Piece piece, long start, long end) {
            throw new AssertionError("nothing below the sealed layer is dirty");
          }

          @Override
          public boolean extent(Extent extent) {
            found.add(extent);
            return true;
          }
        };
    resolveDelta(from, to, collect);
    return found;
  }

  private boolean resolveDirty(DirtyLayer layer, long from, long to, LayerSink sink)
      throws IOException {
    long pos = from;
    for (DirtyLayer.Piece piece : layer.overlapping(from, to)) {
      if (piece.start > pos && !below(layer, pos, piece.start, sink)) {
        return false;
      }
      pos = Math.max(pos, piece.start);
      long end = Math.min(piece.end(), to);
      boolean goOn =
          piece.isHole() ? sink.extent(Extent.hole(pos, end - pos)) : sink.dirty(piece, pos, end);
      if (!goOn) {
        return false;
      }
      pos = end;
    }
    return pos >= to || below(layer, pos, to, sink);
  }

  private boolean below(DirtyLayer layer, long from, long to, LayerSink sink) throws IOException {
    long visible = Math.max(from, Math.min(to, layer.floor()));
    if (from < visible) {
      DirtyLayer next = sealed;
      boolean goOn =
          (layer == active && next != null)
              ? resolveDirty(next, from, visible, sink)
              : resolveDelta(from, visible, sink);
      if (!goOn) {
        return false;
      }
    }
    return visible >= to || sink.extent(Extent.hole(visible, to - visible));
  }

  private boolean resolveDelta(long from, long to, LayerSink sink) throws IOException {
    long pos = from;
    for (Extent extent : delta.overlapping(from, to)) {
      if (extent.offsetBytes() > pos && !resolveBase(pos, extent.offsetBytes(), sink)) {
        return false;
      }
      long start = Math.max(pos, extent.offsetBytes());
      pos = Math.min(extent.endBytes(), to);
      if (!sink.extent(extent.slice(start, pos))) {
        return false;
      }
    }
    return pos >= to || resolveBase(pos, to, sink);
  }

  private boolean resolveBase(long from, long to, LayerSink sink) throws IOException {
    long visible = Math.min(to, Math.min(baseEnd, delta.floor()));
    long pos = from;
    while (pos < visible) {
      List<Extent> extents = ExtentMap.read(rows, inode, pos, visible, BASE_BATCH);
      if (extents.isEmpty()) {
        throw new MetadataDamagedException(
            "the extents of " + inode + " end at " + pos + ", before its bytes do");
      }
      for (Extent extent : extents) {
        long end = Math.min(extent.endBytes(), visible);
        if (!sink.extent(extent.slice(Math.max(pos, extent.offsetBytes()), end))) {
          return false;
        }
        pos = end;
      }
    }
    return pos >= to || sink.extent(Extent.hole(pos, to - pos));
  }
}
