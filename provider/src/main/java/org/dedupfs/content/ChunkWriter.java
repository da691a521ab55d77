package org.dedupfs.content;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.dedupfs.blocks.BlockHash;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.blocks.EncodedBlock;
import org.dedupfs.metadata.Extent;
import org.jspecify.annotations.Nullable;

/**
 * Turns the chunks of runs into extents: hashing, looking up and compressing go on in parallel,
 * putting keeps the order of the stream. Used by one thread, which works too while it waits.
 */
final class ChunkWriter {
  private final BlockStore blocks;
  private final Executor workers;
  private final int window;
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
  private List<Extent> extents = new ArrayList<>();

  /** What is known of a chunk before it is put: a hole, a block there is, or one to be put. */
  private record Prepared(long blockId, int check, @Nullable EncodedBlock encoded) {}

  private record Pending(
      long offset, int length, FutureTask<Prepared> task, List<Extent> extents) {}

  /**
   * @param window chunks under way at most
   */
  ChunkWriter(BlockStore blocks, Executor workers, int window) {
    this.blocks = blocks;
    this.workers = workers;
    this.window = window;
  }

  /**
   * Begins a run.
   *
   * @return the extents that its chunks become, in order, adjacent holes being one; all of them are
   *     in it after {@link #finish}
   */
  List<Extent> begin() {
    extents = new ArrayList<>();
    return extents;
  }

  /**
   * Takes the next chunk of the run. {@code bytes} must not change before {@link #finish()}.
   *
   * @param more whether another chunk is likely to follow soon
   */
  void add(long fileOffset, byte[] bytes, int from, int length, boolean more) throws IOException {
    ByteBuffer raw = ByteBuffer.wrap(bytes, from, length);
    FutureTask<Prepared> task = new FutureTask<>(() -> prepare(raw));
    pending.add(new Pending(fileOffset, length, task, extents));
    if (more || pending.size() > 1) {
      try {
        workers.execute(task);
      } catch (RejectedExecutionException e) {
        // too busy or shutting down: this thread does it when its turn comes
        task.run();
      }
    }
    while (pending.size() > window) {
      takeFirst();
    }
  }

  /** Waits for all chunks of all runs. */
  void finish() throws IOException {
    while (!pending.isEmpty()) {
      takeFirst();
    }
  }

  /** Forgets what is under way; for use after a failure. */
  void abandon() {
    for (Pending chunk : pending) {
      chunk.task.cancel(false);
    }
    pending.clear();
  }

  private void takeFirst() throws IOException {
    Pending chunk = pending.getFirst();
    // Workers begin with the first ones: so that this thread works as well, it does the next that
    // none of them has begun (to run a task that was begun does nothing).
    Iterator<Pending> next = pending.iterator();
    while (!chunk.task.isDone() && next.hasNext()) {
      next.next().task.run();
    }
    Prepared prepared = await(chunk.task);
    pending.removeFirst();
    long id = prepared.blockId;
    if (prepared.encoded != null) {
      id = blocks.put(prepared.encoded).value();
    }
    append(
        chunk.extents,
        id == Extent.HOLE
            ? Extent.hole(chunk.offset, chunk.length)
            : new Extent(chunk.offset, chunk.length, id, 0, prepared.check));
  }

  private static void append(List<Extent> extents, Extent extent) {
    int last = extents.size() - 1;
    if (extent.isHole() && last >= 0 && extents.get(last).isHole()) {
      Extent before = extents.get(last);
      extents.set(
          last, Extent.hole(before.offsetBytes(), before.lengthBytes() + extent.lengthBytes()));
    } else {
      extents.add(extent);
    }
  }

  private Prepared prepare(ByteBuffer raw) throws IOException {
    if (isZero(raw)) {
      return new Prepared(Extent.HOLE, 0, null);
    }
    BlockHash hash = blocks.hash(raw);
    BlockId known = blocks.find(hash, raw);
    if (known != null) {
      return new Prepared(known.value(), hash.check(), null);
    }
    return new Prepared(0, hash.check(), blocks.encode(hash, raw));
  }

  private static final byte[] ZEROS = new byte[4 << 10];

  /** Whether all bytes are zero; tells most data apart by its first bytes. */
  private static boolean isZero(ByteBuffer raw) {
    byte[] bytes = raw.array();
    int from = raw.arrayOffset() + raw.position();
    int end = raw.arrayOffset() + raw.limit();
    for (int at = from; at < end; at += ZEROS.length) {
      int to = Math.min(end, at + ZEROS.length);
      if (!Arrays.equals(bytes, at, to, ZEROS, 0, to - at)) {
        return false;
      }
    }
    return true;
  }

  /** The result; an interrupt ends no work, it stays set for the caller. */
  private static Prepared await(FutureTask<Prepared> task) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw unwrap(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static IOException unwrap(@Nullable Throwable cause) {
    if (cause instanceof IOException io) {
      return io;
    }
    if (cause instanceof UncheckedIOException unchecked) {
      return unchecked.getCause();
    }
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof RuntimeException runtime) {
      throw runtime;
    }
    return new IOException("a chunk could not be prepared", cause);
  }
}
