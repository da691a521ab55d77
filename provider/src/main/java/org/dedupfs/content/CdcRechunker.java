package org.dedupfs.content;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.Extent;
import org.jspecify.annotations.Nullable;

/**
 * Content-defined chunks: from the start of the first chunk a run touches to the first boundary
 * that old and new chunks share, at the latest the next old boundary after four times the longest
 * chunk. Holes, and the end of the file, end a chunk.
 */
final class CdcRechunker extends Rechunker {
  private final ChunkingScheme scheme;
  private int next;
  private long done;

  CdcRechunker(SealedView view, Supplier<ChunkWriter> writers, ChunkingScheme scheme) {
    super(view, writers, scheme);
    this.scheme = scheme;
  }

  @Override
  Result cutRuns(boolean mayLeave) throws IOException {
    while (next < runs.size()) {
      DirtyLayer.Run run = runs.get(next);
      next++;
      if (run.isHole()) {
        if (run.to() > done) {
          addHoleRun(new DirtyLayer.Run(Math.max(run.from(), done), run.to(), true));
          done = Math.max(done, run.to());
        }
        continue;
      }
      if (isPatch(next - 1, run, mayLeave)) {
        addPatch(run);
        done = run.to();
        continue;
      }
      long residue = cutRun(run, mayLeave);
      if (residue >= 0) {
        long kept = Math.max(residue, run.from());
        return new Result(replacements, kept, kept == residue);
      }
    }
    return new Result(replacements, -1, false);
  }

  private boolean isPatch(int index, DirtyLayer.Run run, boolean mayLeave) throws IOException {
    boolean isAppended = run.to() > view.lowerEndBytes();
    if (isAppended && (mayLeave || view.sealed().cutAt() == run.from())) {
      return false;
    }
    // Looked at apart: who writes page after page has all patches on one side.
    long before = Math.max(done, run.from() - scheme.averageBytes());
    return patches.isPatch(index, before, run.to())
        && patches.isPatch(index, run.from(), run.to() + scheme.averageBytes());
  }

  /** Returns where unfinished bytes were left, or -1. */
  private long cutRun(DirtyLayer.Run run, boolean mayLeave) throws IOException {
    long start = chunkStart(run.from());
    List<Extent> extents = writer.begin();
    long pos = start;
    long dirtyEnd = run.to();
    long residue = -1;
    while (true) {
      dirtyEnd = absorbRunsBefore(pos, dirtyEnd);
      if (pos >= dirtyEnd && isBoundary(pos)) {
        break;
      }
      long hardEnd = dataEnd(pos, pos + maxBytes);
      boolean last = hardEnd < pos + maxBytes;
      if (mayLeave && pos + maxBytes > dirtyEnd) {
        int length = emit(pos, Math.min(hardEnd, dirtyEnd), false, true);
        if (length == 0) {
          residue = pos;
          break;
        }
        pos += length;
        continue;
      }
      if (pos > dirtyEnd + 4L * maxBytes) {
        hardEnd = Math.min(hardEnd, nextBoundary(pos, hardEnd));
        last = true;
      }
      boolean more = pos + maxBytes < dirtyEnd;
      int length = emit(pos, hardEnd, last, more);
      if (length <= 0) {
        throw new IllegalStateException("no chunk from " + pos + " to " + hardEnd);
      }
      pos += length;
    }
    if (pos > start) {
      replacements.add(new Replacement(start, pos, extents));
    }
    done = Math.max(done, pos);
    return residue;
  }

  /** Runs that begin before {@code pos} have been cut along; returns where the dirty bytes end. */
  private long absorbRunsBefore(long pos, long dirtyEnd) {
    long end = dirtyEnd;
    while (next < runs.size() && !runs.get(next).isHole() && runs.get(next).from() < pos) {
      end = Math.max(end, runs.get(next).to());
      next++;
    }
    return end;
  }

  /** Where the chunk begins that a change at {@code at} touches. */
  private long chunkStart(long at) throws IOException {
    if (view.sealed().cutAt() == at || at == 0) {
      return at;
    }
    long lowerEnd = view.lowerEndBytes();
    if (at > lowerEnd) {
      return at;
    }
    // an append continues the last chunk, which the end of the file had cut short
    long inside = at == lowerEnd ? at - 1 : at;
    long floor = Math.max(done, lastHoleEndBefore(at));
    if (inside < floor) {
      return at;
    }
    Extent extent = lowerAt(inside);
    if (extent == null || !extent.isBlock()) {
      return at;
    }
    return Math.max(unpatchedStart(extent, inside), floor);
  }

  /** Where the chunk began of which an extent is a part, or a patch; looks back one chunk. */
  private long unpatchedStart(Extent part, long inside) throws IOException {
    if (part.skipBytes() == 0 && !patches.isShort(part)) {
      return part.offsetBytes();
    }
    long from = Math.max(0, inside - maxBytes);
    List<Extent> before = view.lower(from, inside + 1);
    long start = part.offsetBytes();
    for (int i = before.size() - 1; i >= 0; i--) {
      Extent extent = before.get(i);
      if (!extent.isBlock() || (extent.offsetBytes() == from && from > 0)) {
        break; // a hole, or one that may have begun before
      }
      start = extent.offsetBytes();
      if (extent.skipBytes() == 0 && !patches.isShort(extent)) {
        break;
      }
    }
    return start;
  }

  /** The end of the last dirty hole before {@code at}, or 0. */
  private long lastHoleEndBefore(long at) {
    for (int i = next - 1; i >= 0; i--) {
      DirtyLayer.Run run = runs.get(i);
      if (run.to() <= at) {
        return run.isHole() ? run.to() : 0;
      }
    }
    return 0;
  }

  /** The lower extent that holds a byte, from its true start on; null beyond the lower end. */
  private @Nullable Extent lowerAt(long at) throws IOException {
    if (at >= view.lowerEndBytes()) {
      return null;
    }
    List<Extent> extents = view.lower(Math.max(0, at - maxBytes), at + 1);
    return extents.get(extents.size() - 1);
  }

  /** Whether an old chunk, a hole or nothing begins at {@code pos}. */
  private boolean isBoundary(long pos) throws IOException {
    if (pos >= view.lowerEndBytes() || dirtyHoleAt(pos)) {
      return true;
    }
    Extent extent = lowerAt(pos);
    return extent == null || !extent.isBlock() || extent.offsetBytes() == pos;
  }

  private boolean dirtyHoleAt(long pos) {
    return next < runs.size() && runs.get(next).isHole() && runs.get(next).from() <= pos;
  }

  /** The first old boundary after {@code pos}, at most {@code limit}. */
  private long nextBoundary(long pos, long limit) throws IOException {
    long visible = Math.min(limit, view.lowerEndBytes());
    if (pos >= visible) {
      return limit;
    }
    for (Extent extent : view.lower(pos, visible)) {
      if (extent.offsetBytes() > pos) {
        return extent.offsetBytes();
      }
    }
    return visible;
  }

  /** How far, up to {@code limit}, data goes on from {@code pos} without a hole. */
  private long dataEnd(long pos, long limit) throws IOException {
    long end = Math.min(limit, view.sizeBytes());
    long at = pos;
    List<DirtyLayer.Piece> pieces = view.sealed().overlapping(pos, end);
    for (DirtyLayer.Piece piece : pieces) {
      if (piece.start > at) {
        long stop = lowerDataEnd(at, Math.min(piece.start, end));
        if (stop < piece.start) {
          return stop;
        }
      }
      if (piece.isHole()) {
        return Math.max(pos, piece.start);
      }
      at = piece.end();
    }
    return at >= end ? end : lowerDataEnd(at, end);
  }

  private long lowerDataEnd(long from, long to) throws IOException {
    long visible = Math.min(to, view.lowerEndBytes());
    if (from >= visible) {
      return from;
    }
    for (Extent extent : view.lower(from, visible)) {
      if (!extent.isBlock()) {
        return extent.offsetBytes();
      }
    }
    return visible;
  }
}
