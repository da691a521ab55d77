package org.dedupfs.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.dedupfs.CheckSummary;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.RepairSummary;
import org.dedupfs.ScrubOptions;
import org.dedupfs.ScrubSummary;
import org.dedupfs.StoreStatistics;
import org.dedupfs.activity.Activity;
import org.dedupfs.activity.SweepTiming;
import org.dedupfs.blocks.BlockStatistics;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.content.ContentStore;
import org.dedupfs.content.DiskSpace;
import org.dedupfs.content.SpaceLeft;
import org.dedupfs.maintenance.Check;
import org.dedupfs.maintenance.Scrub;
import org.dedupfs.maintenance.Sweep;
import org.dedupfs.maintenance.SweepListener;
import org.dedupfs.maintenance.SweepReport;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.LiveMetadata;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.tree.Tree;

/**
 * One open store: its lock, its metadata and blocks, its tree, and what goes on in the background.
 * Safe for any number of threads.
 */
public final class Store implements AutoCloseable {
  private static final long HOST_BLOCK_BYTES = 4096;
  private static final BlockStatistics NONE_DEAD = new BlockStatistics(0, 0, 0);

  private final Path directory;
  private final StoreOptions options;
  private final StoreIdentity identity;
  private final StoreParts parts;
  private final Sweep sweep;
  private final Closings closings;
  private final ReentrantLock sweeping = new ReentrantLock();

  /** What the last mark found dead and left. */
  private volatile BlockStatistics dead = NONE_DEAD;

  /** The stores of an opening, and where the blocks lie. */
  record StoreParts(
      MetadataStore metadata,
      BlockStore blocks,
      LiveMetadata live,
      ContentStore content,
      Tree tree,
      Sweep sweep,
      Path metadataDirectory,
      Path blocksDirectory) {}

  Store(
      Path directory,
      StoreOptions options,
      StoreIdentity identity,
      StoreParts parts,
      Closings closings) {
    this.directory = directory;
    this.options = options;
    this.identity = identity;
    this.parts = parts;
    this.sweep = parts.sweep();
    this.closings = closings;
  }

  /**
   * Opens a store, and creates it first when the options say so and there is none. After a crash it
   * is recovered: when this returns, it is at the state of the last commit.
   *
   * @throws org.dedupfs.StoreException if there is no store, or it cannot be opened; see its
   *     subclasses
   * @throws IllegalArgumentException if an option is malformed or out of range
   */
  public static Store open(Path directory, StoreOptions options) throws IOException {
    return open(directory, options, StoreSeams.NONE);
  }

  /** As {@link #open(Path, StoreOptions)}, with something around the stores. */
  public static Store open(Path directory, StoreOptions options, StoreSeams seams)
      throws IOException {
    return new StoreOpening(directory, options, seams).run();
  }

  /**
   * Puts a store in order that nobody has open. What is found damaged and replaced as a whole is
   * kept beside it under another name, and so is a copy of the metadata if anything is changed.
   *
   * @param listener told of what was put in order, and at the end of what is left
   * @throws org.dedupfs.StoreInUseException if somebody has it open
   * @throws org.dedupfs.StoreException if there is no store, or nothing of it can be saved
   * @throws InterruptedIOException if the thread was interrupted, or the listener stopped it; what
   *     was done stays, and another repair goes on
   */
  public static RepairSummary repair(
      Path directory, StoreOptions options, MaintenanceListener listener) throws IOException {
    return StoreRepair.run(directory, options, listener);
  }

  /** Whether a path looks like a store's directory; cheap, and false for all else. */
  public static boolean isStore(Path directory) {
    return StoreDirectory.isStore(directory);
  }

  public Path directory() {
    return directory;
  }

  public UUID uuid() {
    return identity.uuid();
  }

  /** The options of this opening, with what is recorded and the defaults filled in. */
  public StoreOptions options() {
    return options;
  }

  public Tree tree() {
    return parts.tree();
  }

  /** Makes everything durable as it is now. */
  public void syncAll() throws IOException {
    parts.tree().syncAll();
  }

  /**
   * Deletes the blocks that nothing uses, or only counts them; the store stays in use, and the
   * sweep gives way to those who use it. A second caller waits for the first.
   *
   * @throws InterruptedIOException if the thread was interrupted, or the listener stopped the
   *     sweep; nothing is lost by that
   */
  public SweepReport sweep(boolean dryRun, SweepListener listener) throws IOException {
    if (options.readOnly()) {
      throw new IOException("the store " + directory + " is open for reading only");
    }
    if (!dryRun && options.durability() == StoreOptions.Durability.NONE) {
      throw new IOException(
          "the store "
              + directory
              + " is open with durability=none: a power cut could bring back files whose blocks a"
              + " sweep deleted; open it with durability=interval to run gc");
    }
    if (!dryRun) {
      requireNoCopy();
    }
    return whileNoSweep(
        () -> {
          // Whatever becomes of this sweep, what an earlier mark found is not known to be left.
          dead = NONE_DEAD;
          SweepTiming timing = new SweepTiming(activity());
          SweepReport report = sweep.run(dryRun, new GiveWay(listener, parts.content()::uses));
          timing.end(
              new SweepTiming.Found(
                  dryRun, report.liveBlocks(), report.deadBlocks(), report.deadStoredBytes()));
          if (dryRun) {
            dead =
                new BlockStatistics(
                    report.deadBlocks(), report.deadRawBytes(), report.deadStoredBytes());
          }
          return report;
        });
  }

  /** What a repair has kept names blocks that nothing else may name any more. */
  private void requireNoCopy() throws IOException {
    Path copy = MetadataCopy.kept(parts.metadataDirectory());
    if (copy != null) {
      throw new IOException(
          "a repair has kept "
              + copy
              + ", and a sweep would delete blocks that only this copy needs; when all is well"
              + " delete it, and what is named like it, then run gc");
    }
  }

  /**
   * Checks all metadata against itself and against the blocks, as of now; the store stays in use,
   * but no sweep goes on meanwhile.
   *
   * @throws InterruptedIOException if the thread was interrupted, or the listener stopped it
   */
  public CheckSummary check(MaintenanceListener listener) throws IOException {
    return whileNoSweep(
        () -> {
          if (!options.readOnly()) {
            parts.content().syncStorable();
          }
          return new Check(parts.metadata(), parts.blocks(), identity.nameCookies()).run(listener);
        });
  }

  /**
   * Reads and verifies all blocks; the store stays in use, but no sweep goes on meanwhile.
   *
   * @throws InterruptedIOException if the thread was interrupted, or the listener stopped it; the
   *     next one goes on there
   */
  public ScrubSummary scrub(ScrubOptions how, MaintenanceListener listener) throws IOException {
    return whileNoSweep(
        () -> {
          if (!options.readOnly()) {
            parts.content().syncStorable();
          }
          try (DiskSpace.Use use = parts.content().space().useReserve()) {
            Objects.requireNonNull(use);
            return new Scrub(parts.metadata(), parts.blocks(), options.readOnly())
                .run(how, listener);
          }
        });
  }

  /** Something that sweeps, or that a sweep would disturb. */
  private interface Care<T> {
    T run() throws IOException;
  }

  private <T> T whileNoSweep(Care<T> care) throws IOException {
    try {
      sweeping.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped while waiting for a sweep, check or scrub");
    }
    try {
      return care.run();
    } finally {
      sweeping.unlock();
    }
  }

  /**
   * What is in the store and what it costs, as counted with every change: takes milliseconds at any
   * size. Dead blocks count as live until a mark has found them: {@code deadBytes} is what the last
   * mark of this opening found and did not delete, so 0 before the first and after a sweep. What is
   * written counts as logical bytes at once, and as unique and stored ones when it is cut into
   * blocks, the latest at the next commit.
   */
  public StoreStatistics statistics() throws IOException {
    BlockStatistics all = parts.blocks().statistics();
    BlockStatistics gone = dead;
    long metadataBytes = parts.metadata().diskBytes();
    return new StoreStatistics(
        parts.live().counter(Counter.FILES),
        parts.live().counter(Counter.DIRECTORIES),
        parts.content().logicalBytes(),
        Math.max(0, all.rawBytes() - gone.rawBytes()),
        Math.max(0, all.storedBytes() - gone.storedBytes()),
        diskBytes(),
        gone.storedBytes(),
        metadataBytes,
        Math.max(0, all.blocks() - gone.blocks()));
  }

  /** Where all that is done is counted; also after closing. */
  public Activity activity() {
    return parts.live().activity();
  }

  /** What is left on the fuller one of the disks below; microseconds. */
  public SpaceLeft spaceLeft() throws IOException {
    return parts.content().space().left();
  }

  /** How many files of all kinds there are; instant. */
  public long inodes() throws IOException {
    return parts.live().counter(Counter.FILES) + parts.live().counter(Counter.DIRECTORIES);
  }

  /** Every file takes whole blocks of the host file system. */
  private long diskBytes() throws IOException {
    long bytes = 0;
    for (Path part :
        new HashSet<>(List.of(directory, parts.metadataDirectory(), parts.blocksDirectory()))) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(part)) {
        for (Path file : files) {
          bytes += allocatedBytes(file);
        }
      }
    }
    return bytes;
  }

  private static long allocatedBytes(Path file) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile()
          ? (attributes.size() + HOST_BLOCK_BYTES - 1) & -HOST_BLOCK_BYTES
          : 0;
    } catch (NoSuchFileException e) {
      return 0; // deleted meanwhile
    }
  }

  /**
   * Commits everything, makes it durable and closes all parts, whatever fails on the way; the lock
   * is given back last. Idempotent.
   */
  @Override
  public void close() throws IOException {
    closings.close();
  }
}
