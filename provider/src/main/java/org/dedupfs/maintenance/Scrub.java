package org.dedupfs.maintenance;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.MaintenanceListener.Phase;
import org.dedupfs.ScrubOptions;
import org.dedupfs.ScrubSummary;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.blocks.BlockDamagedException;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.blocks.LiveSet;
import org.dedupfs.blocks.PagedLiveSet;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.ExtentPage;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.MetadataSnapshot;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Table;

/**
 * Reads every block and verifies it, then names the files that need those which are damaged. The
 * store stays in use. How far it is stands in the store, so that it can be stopped and goes on
 * there; blocks that are written behind it were verified by being written.
 */
public final class Scrub {
  private static final int BLOCKS_PER_STEP = 64;
  private static final long KEEP_AFTER_NANOS = 5_000_000_000L;

  private final MetadataStore metadata;
  private final BlockStore blocks;
  private final boolean readOnly;

  /**
   * @param readOnly whether nothing may be written, so that it always begins anew
   */
  public Scrub(MetadataStore metadata, BlockStore blocks, boolean readOnly) {
    this.metadata = metadata;
    this.blocks = blocks;
    this.readOnly = readOnly;
  }

  /**
   * Scrubs.
   *
   * @throws InterruptedIOException if the thread was interrupted (it still is) or the listener
   *     stopped it; the next scrub goes on there
   */
  public ScrubSummary run(ScrubOptions options, MaintenanceListener listener) throws IOException {
    ScrubPosition from =
        readOnly || options.restart() ? ScrubPosition.START : ScrubPosition.kept(metadata);
    Pace pace = new Pace(listener);
    ScrubPosition end;
    ExecutorService verifiers =
        Executors.newFixedThreadPool(
            options.threads(),
            task -> {
              Thread thread = new Thread(task, "dedupfs-scrub");
              thread.setDaemon(true);
              return thread;
            });
    try {
      end = new Reading(options, verifiers, pace, from).run();
    } finally {
      verifiers.shutdown();
    }
    long files =
        RepeatedReading.run(
            metadata,
            listener,
            (snapshot, told) -> {
              NamedFindings findings = new NamedFindings(snapshot, told);
              long named = nameFiles(findings, pace);
              findings.flush();
              return named;
            });
    if (!readOnly) {
      blocks.flush(); // what was found is known to later openings
      ScrubPosition.forget(metadata);
    }
    return new ScrubSummary(
        end.blocks(), end.storedBytes(), blocks.damaged().size(), files, !from.isStart());
  }

  /** The part that reads blocks. */
  private final class Reading {
    private final ExecutorService verifiers;
    private final Pace pace;
    private final int threads;
    private final Throttle throttle;
    private final long totalBytes = blocks.statistics().storedBytes();
    private ScrubPosition position;
    private long keptNanos = System.nanoTime();

    Reading(ScrubOptions options, ExecutorService verifiers, Pace pace, ScrubPosition from) {
      this.verifiers = verifiers;
      this.pace = pace;
      this.threads = options.threads();
      this.throttle = new Throttle(options.bytesPerSecond());
      this.position = from;
    }

    ScrubPosition run() throws IOException {
      long last = blocks.lastAssigned();
      try {
        List<BlockId> step = step(last);
        while (!step.isEmpty()) {
          long bytes = verify(step);
          position =
              new ScrubPosition(
                  step.get(step.size() - 1).value() + 1,
                  position.blocks() + step.size(),
                  position.storedBytes() + bytes);
          pace.tell(Phase.BLOCKS, position.storedBytes(), totalBytes);
          throttle.passed(bytes);
          keepNowAndThen();
          step = step(last);
        }
      } catch (InterruptedIOException e) {
        keep();
        throw e;
      }
      return position;
    }

    private List<BlockId> step(long last) throws IOException {
      List<BlockId> step = blocks.stored(new BlockId(position.next()), threads * BLOCKS_PER_STEP);
      return step.stream().filter(id -> id.value() <= last).toList();
    }

    private void keepNowAndThen() throws IOException {
      if (System.nanoTime() - keptNanos > KEEP_AFTER_NANOS) {
        keep();
      }
    }

    private void keep() throws IOException {
      if (!readOnly) {
        position.keep(metadata);
        keptNanos = System.nanoTime();
      }
    }

    private long verify(List<BlockId> step) throws IOException {
      List<Future<Long>> parts = new ArrayList<>();
      int size = (step.size() + threads - 1) / threads;
      for (int i = 0; i < step.size(); i += size) {
        List<BlockId> part = step.subList(i, Math.min(step.size(), i + size));
        parts.add(verifiers.submit((Callable<Long>) () -> verifyAll(part)));
      }
      long bytes = 0;
      IOException failure = null;
      for (Future<Long> part : parts) {
        try {
          bytes += await(part);
        } catch (IOException e) {
          failure = e;
        }
      }
      if (failure != null) {
        throw failure;
      }
      return bytes;
    }

    /** A part takes milliseconds, so an interrupt waits for it. */
    private static long await(Future<Long> part) throws IOException {
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return part.get();
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException failure) {
          throw failure;
        }
        throw new IllegalStateException("a block could not be verified", e.getCause());
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    /** A damaged block is in the set of them from now on, and told with the files that need it. */
    private int verifiedBytes(BlockId id) throws IOException {
      try {
        return blocks.verify(id);
      } catch (BlockDamagedException e) {
        return 0;
      }
    }

    private long verifyAll(List<BlockId> ids) throws IOException {
      long bytes = 0;
      for (BlockId id : ids) {
        bytes += verifiedBytes(id);
      }
      return bytes;
    }
  }

  /** Tells all ranges of files that cannot be read, and each damaged block that no file needs. */
  private long nameFiles(NamedFindings findings, Pace pace) throws IOException {
    ExtentBlocks known = new ExtentBlocks(blocks);
    LiveSet needed = new PagedLiveSet();
    long files = 0;
    long pages = 0;
    InodeNumber lastDamaged = Finding.NONE;
    try (MetadataSnapshot.Rows<ExtentPage> rows =
        findings
            .metadata()
            .rows(
                RowKey.first(Table.EXTENTS),
                RowKey.end(Table.EXTENTS),
                (table, what) -> {
                  // the file has a gap there, which a check tells with its name
                })) {
      for (ExtentPage page = rows.next(); page != null; page = rows.next()) {
        pace.step(Phase.METADATA, ++pages, 0);
        for (Extent extent : page.extents()) {
          Finding finding = known.check(page.inode(), extent);
          if (finding != null && finding.kind() != Kind.NOT_INDEXED) {
            findings.found(finding);
            needed.add(Math.max(1, extent.blockId()));
            files += page.inode().equals(lastDamaged) ? 0 : 1;
            lastDamaged = page.inode();
          }
        }
      }
    } catch (MetadataDamagedException e) {
      findings.found(Finding.of(Kind.METADATA_STRUCTURE, String.valueOf(e.getMessage())));
    }
    for (BlockId id : blocks.damaged()) {
      if (!needed.contains(id.value())) {
        findings.found(
            Finding.ofBlock(
                Kind.BLOCK_DAMAGED,
                id.value(),
                "block " + id + " cannot be read as it was written; no file needs it"));
      }
    }
    return files;
  }
}
