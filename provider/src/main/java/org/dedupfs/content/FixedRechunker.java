package org.dedupfs.content;

import java.io.IOException;
import java.util.function.Supplier;
import org.dedupfs.content.chunking.ChunkingScheme;

/**
 * Blocks of one size at multiples of it: what a run touches is read, modified and written whole.
 */
final class FixedRechunker extends Rechunker {
  private final int blockBytes;

  FixedRechunker(SealedView view, Supplier<ChunkWriter> writers, ChunkingScheme scheme) {
    super(view, writers, scheme);
    this.blockBytes = scheme.averageBytes();
  }

  @Override
  Result cutRuns(boolean mayLeave) throws IOException {
    long done = 0;
    for (int i = 0; i < runs.size(); i++) {
      DirtyLayer.Run run = runs.get(i);
      if (run.isHole()) {
        cutHole(run, done);
        done = Math.max(done, Math.min(run.to(), view.sizeBytes()));
        continue;
      }
      long from = Math.max(done, run.from() / blockBytes * blockBytes);
      long to = endOf(run);
      boolean isAppended = run.to() > view.lowerEndBytes();
      if (!(isAppended && (mayLeave || from == run.from())) && patches.isPatch(i, from, to)) {
        addPatch(run);
        done = run.to();
        continue;
      }
      // a later run in the last block goes in with this one
      while (i + 1 < runs.size() && !runs.get(i + 1).isHole() && runs.get(i + 1).from() < to) {
        i++;
        to = endOf(runs.get(i));
      }
      if (i + 1 < runs.size() && runs.get(i + 1).isHole()) {
        to = Math.min(to, runs.get(i + 1).from());
      }
      if (mayLeave && run.to() % blockBytes != 0) {
        return cutLeaving(from, run);
      }
      cutBlocks(from, to);
      done = Math.max(done, to);
    }
    return new Result(replacements, -1, false);
  }

  private long endOf(DirtyLayer.Run run) {
    long end = (run.to() + blockBytes - 1) / blockBytes * blockBytes;
    return Math.min(end, view.sizeBytes());
  }

  private void cutHole(DirtyLayer.Run run, long done) throws IOException {
    if (run.to() > done) {
      addHoleRun(new DirtyLayer.Run(Math.max(run.from(), done), run.to(), true));
    }
  }

  /** Cuts the whole blocks of a run and leaves its unfinished last one. */
  private Result cutLeaving(long from, DirtyLayer.Run run) throws IOException {
    long whole = run.to() / blockBytes * blockBytes;
    if (whole <= from) {
      return new Result(replacements, run.from(), false);
    }
    cutBlocks(from, whole);
    return new Result(replacements, Math.max(whole, run.from()), true);
  }

  private void cutBlocks(long from, long to) throws IOException {
    if (from < to) {
      replacements.add(new Replacement(from, to, writer.begin()));
    }
    long pos = from;
    while (pos < to) {
      long end = Math.min(to, (pos / blockBytes + 1) * blockBytes);
      emitWhole(pos, (int) (end - pos), end < to);
      pos = end;
    }
  }
}
