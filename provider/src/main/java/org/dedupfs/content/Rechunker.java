package org.dedupfs.content;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.dedupfs.content.chunking.Chunker;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.Extent;

/**
 * Cuts the dirty runs of a sealed layer into chunks and stores them, reading and cutting anew as
 * much of what lies around them as the chunking asks for. Used once, by one thread.
 */
abstract class Rechunker {

  /** A range of the file and the extents that replace it. */
  record Replacement(long from, long to, List<Extent> extents) {}

  /**
   * @param replacements ascending, without overlap
   * @param residueFrom where the bytes begin that were left for the next round, or -1 when none
   *     were
   * @param residueIsCut whether a chunk ended there
   */
  record Result(List<Replacement> replacements, long residueFrom, boolean residueIsCut) {}

  static final int WINDOW_BYTES = 1 << 20;

  /** How much further is looked at a time when a chunk does not end in the piece it begins in. */
  private static final int STEP_BYTES = 32 << 10;

  final SealedView view;
  final ChunkWriter writer;
  final Chunker chunker;
  final int maxBytes;
  final List<Replacement> replacements = new ArrayList<>();
  final List<DirtyLayer.Run> runs;
  final Patches patches;
  private byte[] window;
  private int windowFrom;
  private int windowTo;
  private long windowOffset;

  Rechunker(SealedView view, Supplier<ChunkWriter> writers, ChunkingScheme scheme) {
    this.view = view;
    this.writer = writers.get();
    this.chunker = scheme.chunker();
    this.maxBytes = scheme.maxBytes();
    this.runs = view.sealed().runs();
    this.patches = new Patches(view, runs, scheme);
    this.window = new byte[0];
  }

  static Rechunker of(SealedView view, Supplier<ChunkWriter> writers, ChunkingScheme scheme) {
    return scheme.kind() == ChunkingScheme.Kind.CDC
        ? new CdcRechunker(view, writers, scheme)
        : new FixedRechunker(view, writers, scheme);
  }

  /**
   * @param mayLeave whether an unfinished last chunk may wait for more bytes
   */
  final Result cut(boolean mayLeave) throws IOException {
    // What is left must be what was written last: else later writes would be committed before it.
    boolean newestLast =
        runs.size() == 1
            && view.sealed().floor() == DirtyLayer.NO_FLOOR
            && view.sealed().isAscending();
    return finished(() -> cutRuns(mayLeave && newestLast));
  }

  /** Cuts all runs; their chunks need not be stored yet when it returns. */
  abstract Result cutRuns(boolean mayLeave) throws IOException;

  /** A way to cut all runs. */
  @FunctionalInterface
  private interface Cutting {
    Result run() throws IOException;
  }

  private Result finished(Cutting cutting) throws IOException {
    try {
      Result result = cutting.run();
      writer.finish();
      return result;
    } catch (IOException | RuntimeException | Error e) {
      writer.abandon();
      throw e;
    }
  }

  /**
   * Cuts each run alone, reading nothing of what lies around it: for files whose neighbouring
   * blocks are damaged.
   */
  final Result cutAlone() throws IOException {
    return finished(this::cutRunsAlone);
  }

  private Result cutRunsAlone() throws IOException {
    replacements.clear();
    for (DirtyLayer.Run run : runs) {
      if (run.isHole()) {
        addHoleRun(run);
        continue;
      }
      replacements.add(new Replacement(run.from(), run.to(), writer.begin()));
      long pos = run.from();
      while (pos < run.to()) {
        pos += emit(pos, run.to(), true, pos + maxBytes < run.to());
      }
    }
    return new Result(replacements, -1, false);
  }

  /** Makes a run a block of its own. */
  final void addPatch(DirtyLayer.Run run) throws IOException {
    replacements.add(new Replacement(run.from(), run.to(), writer.begin()));
    emitWhole(run.from(), (int) (run.to() - run.from()), true);
  }

  final void addHoleRun(DirtyLayer.Run run) throws IOException {
    long to = Math.min(run.to(), view.sizeBytes());
    if (run.from() < to) {
      replacements.add(
          new Replacement(run.from(), to, List.of(Extent.hole(run.from(), to - run.from()))));
    }
  }

  /**
   * Cuts the next chunk of the bytes from {@code pos} to {@code limit} and hands it on; without a
   * copy when it lies in one piece. One that goes on in the next piece is copied step by step.
   *
   * @param last whether a chunk must end at the limit; else 0 is returned when it lies beyond
   */
  final int emit(long pos, long limit, boolean last, boolean more) throws IOException {
    long to = Math.min(limit, pos + maxBytes);
    boolean mustEnd = last && to == limit;
    long end = pos;
    DirtyLayer.Piece piece = view.sealed().holding(pos, pos + 1);
    if (piece != null) {
      end = Math.min(to, piece.end());
      int from = piece.indexOf(pos);
      int known = (int) (end - pos);
      int length = chunker.next(piece.bytes(), from, from + known, 0, mustEnd && end == to);
      if (length > 0) {
        writer.add(pos, piece.bytes(), from, length, more);
        return length;
      }
    }
    while (end < to) {
      int known = (int) (end - pos);
      piece = view.sealed().holding(end, end + 1);
      end = piece == null ? to : Math.min(to, Math.min(piece.end(), end + STEP_BYTES));
      fill(pos, end);
      int from = windowFrom + (int) (pos - windowOffset);
      int upTo = from + (int) (end - pos);
      int length = chunker.next(window, from, upTo, known, mustEnd && end == to);
      if (length > 0) {
        writer.add(pos, window, from, length, more);
        return length;
      }
    }
    return 0;
  }

  /** Hands on a chunk of a given length; without a copy when it lies in one piece. */
  final void emitWhole(long pos, int length, boolean more) throws IOException {
    DirtyLayer.Piece piece = view.sealed().holding(pos, pos + length);
    if (piece != null) {
      writer.add(pos, piece.bytes(), piece.indexOf(pos), length, more);
      return;
    }
    fill(pos, pos + length);
    writer.add(pos, window, windowFrom + (int) (pos - windowOffset), length, more);
  }

  /** Makes the window hold {@code pos} to {@code to}; what is in use by chunks stays untouched. */
  private void fill(long pos, long to) throws IOException {
    boolean inside = pos >= windowOffset && pos <= windowOffset + (windowTo - windowFrom);
    if (!inside) {
      windowOffset = pos;
      windowFrom = windowTo;
    }
    long have = windowOffset + (windowTo - windowFrom);
    if (to <= have) {
      return;
    }
    if (windowTo + (to - have) > window.length) {
      byte[] next = new byte[Math.max(windowSize(to - pos), 0)];
      int kept = (int) (have - pos);
      System.arraycopy(window, windowTo - kept, next, 0, kept);
      window = next;
      windowFrom = 0;
      windowTo = kept;
      windowOffset = pos;
    }
    readMerged(have, to, window, windowTo);
    windowTo += (int) (to - have);
  }

  /** Small for small files, so that a hundred thousand of them do not cost a MiB each. */
  private int windowSize(long needed) {
    long dirty = view.sealed().dataBytes() + 2L * maxBytes;
    return (int) Math.max(needed, Math.min(Math.max(WINDOW_BYTES, 2L * maxBytes), dirty));
  }

  private void readMerged(long from, long to, byte[] target, int at) throws IOException {
    long pos = from;
    for (DirtyLayer.Piece piece : view.sealed().overlapping(from, to)) {
      if (piece.start > pos) {
        readLower(pos, piece.start, target, at + (int) (pos - from));
        pos = piece.start;
      }
      long end = Math.min(piece.end(), to);
      int start = at + (int) (pos - from);
      if (piece.isHole()) {
        Arrays.fill(target, start, start + (int) (end - pos), (byte) 0);
      } else {
        piece.copyTo(pos, end, target, start);
      }
      pos = end;
    }
    if (pos < to) {
      readLower(pos, to, target, at + (int) (pos - from));
    }
  }

  private void readLower(long from, long to, byte[] target, int at) throws IOException {
    long visible = Math.max(from, Math.min(to, view.lowerEndBytes()));
    for (Extent extent : from < visible ? view.lower(from, visible) : List.<Extent>of()) {
      view.readLower(extent, target, at + (int) (extent.offsetBytes() - from));
    }
    Arrays.fill(target, at + (int) (visible - from), at + (int) (to - from), (byte) 0);
  }
}
