package org.dedupfs.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.MaintenanceListener.Phase;
import org.dedupfs.RepairSummary;
import org.dedupfs.StoreDamagedException;
import org.dedupfs.StoreFinding;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.StoreNotFoundException;
import org.dedupfs.activity.Activity;
import org.dedupfs.blocks.BlockFinding;
import org.dedupfs.blocks.BlockListDamagedException;
import org.dedupfs.blocks.BlockRescue;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.blocks.BlockStoreDamagedException;
import org.dedupfs.blocks.BlockStoreFullException;
import org.dedupfs.blocks.BlockStoreOptions;
import org.dedupfs.blocks.IndexRebuild;
import org.dedupfs.blocks.RocksDbBlockStore;
import org.dedupfs.blocks.SweepProgress;
import org.dedupfs.maintenance.Check;
import org.dedupfs.maintenance.Repair;
import org.dedupfs.metadata.ExtentPage;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.MetadataSnapshot;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.NameCookies;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Table;
import org.jspecify.annotations.Nullable;

/**
 * Puts a closed store in order, from the bottom to the top: the metadata file, what the store was
 * made with, the block store, what finds blocks, the journal, and then all that is in it.
 */
final class StoreRepair {
  private final Path directory;
  private final PartOptions options;
  private final MaintenanceListener listener;
  private long repaired;

  /** Rows may have been changed that are not counted yet. */
  private boolean changing;

  private StoreRepair(Path directory, StoreOptions options, MaintenanceListener listener) {
    this.directory = FixedOptions.normal(directory);
    this.options = PartOptions.of(options);
    this.listener = listener;
  }

  static RepairSummary run(Path directory, StoreOptions options, MaintenanceListener listener)
      throws IOException {
    return new StoreRepair(directory, options, listener).run();
  }

  private RepairSummary run() throws IOException {
    StoreDirectory.requireNameable(directory);
    if (StoreDirectory.look(directory) != StoreDirectory.State.STORE) {
      throw new StoreNotFoundException(directory, "there is no store: " + directory);
    }
    StoreLock lock = StoreLock.acquire(directory, false);
    try {
      Path metadataDirectory = StoreCreation.metadataDirectory(directory);
      MetadataRescue rescue = new MetadataRescue(directory, metadataDirectory, options, this::done);
      rescue.finish();
      MetadataCopy copy = MetadataCopy.make(metadataDirectory);
      boolean kept = false;
      try {
        RepairSummary summary = run(rescue, copy);
        kept = summary.metadataCopy() != null;
        return summary;
      } finally {
        if (!kept && !changing && repaired == 0) {
          copy.discard();
        }
      }
    } finally {
      lock.close();
    }
  }

  private RepairSummary run(MetadataRescue rescue, MetadataCopy copy) throws IOException {
    // Before anything is changed; where that can be told before the metadata is repaired.
    try (MetadataStore metadata = rescue.openAsIs()) {
      if (metadata != null) {
        blocksPlace(metadata);
      }
    } catch (MetadataDamagedException e) {
      // Told, and put in order, by what comes next.
    }
    try (MetadataStore metadata = rescue.open()) {
      Path place = blocksPlace(metadata);
      NameCookies cookies = rescue.identity(metadata).nameCookies();
      rescue.blocksDirectory(metadata, place);
      FixedOptions fixed = rescue.fixed(metadata, place);
      rescue.blocksMark(metadata);
      requireOwn(metadata, place);
      repairBlocks(metadata, fixed);
      RepairSummary summary = repairContents(metadata, fixed, cookies);
      changing = false;
      return summary.repaired() == 0
          ? summary
          : new RepairSummary(summary.repaired(), summary.left(), copy.file());
    }
  }

  /**
   * Where the blocks are: as recorded, or as asked for if that is lost or nothing is there.
   *
   * @throws StoreDamagedException if they are not there: a repair would give everything up
   */
  private Path blocksPlace(MetadataStore metadata) throws IOException {
    Path recorded = FixedOptions.recordedBlocksDirectory(directory, metadata);
    Path asked = options.options().blocksDirectory();
    Path place = recorded;
    if (asked != null && !FixedOptions.normal(asked).equals(FixedOptions.normal(recorded))) {
      place = FixedOptions.normal(asked);
      StoreDirectory.requireNameable(place);
      if (isThere(recorded)) {
        FixedOptions.requireSame(
            directory, "blocksDirectory", recorded.toString(), place.toString());
      }
    }
    if (!isThere(place)) {
      throw new StoreDamagedException(
          directory,
          "there are no blocks in "
              + place
              + "; mount the disk or put the directory back from a copy, or name the directory of"
              + " the blocks with -o blocksDirectory=DIRECTORY; nothing was given up",
          null);
    }
    return place;
  }

  /** Those of another store are taken for the ones that are lost only if somebody says so. */
  private void requireOwn(MetadataStore metadata, Path place) throws IOException {
    if (BlocksMark.isOf(metadata, place)) {
      return;
    }
    if (options.options().blocksDirectory() == null) {
      throw BlocksMark.foreign(directory, place, null);
    }
    BlocksMark.forget(metadata);
    done(
        Kind.PROPERTY,
        "the blocks in " + place + " are those of another store",
        "they are taken, as asked for");
  }

  private static boolean isThere(Path place) throws IOException {
    new BlockSwap(place).finish();
    return BlockSwap.holdsBlocks(place);
  }

  private void done(StoreFinding finding, String text) {
    repaired++;
    listener.repaired(finding, text);
  }

  private void done(Kind kind, String found, String text) {
    done(new StoreFinding(kind, List.of(), 0, 0, 0, 0, found), text);
  }

  private BlockStoreOptions blockOptions(FixedOptions fixed) {
    return options.blocks(fixed.hash(), fixed.compression(), false);
  }

  private BlockStore openBlocks(MetadataStore metadata, FixedOptions fixed) throws IOException {
    Path place = fixed.blocksDirectory(directory);
    BlockStore blocks =
        RocksDbBlockStore.open(
            place,
            blockOptions(fixed),
            new BlockLease(metadata),
            BlocksMark.committed(metadata),
            new Activity(directory.toString()));
    try {
      BlocksMark.identify(metadata, place, blocks);
      return blocks;
    } catch (IOException | RuntimeException | Error e) {
      try (blocks) {
        throw e;
      }
    }
  }

  /** Sees to it that the blocks can be opened and found. */
  private void repairBlocks(MetadataStore metadata, FixedOptions fixed) throws IOException {
    Path blocks = fixed.blocksDirectory(directory);
    BlockSwap swap = new BlockSwap(blocks);
    Set<BlockFinding.Kind> wrong = EnumSet.noneOf(BlockFinding.Kind.class);
    @Nullable String[] first = {null};
    try (BlockStore open = openBlocks(metadata, fixed)) {
      long count = open.statistics().blocks();
      open.check(
          finding -> {
            wrong.add(finding.kind());
            first[0] = first[0] == null ? finding.text() : first[0];
          },
          id -> on(Phase.INDEX, id, count));
    } catch (BlockListDamagedException e) {
      wrong.add(BlockFinding.Kind.FILE);
      first[0] = e.getMessage();
    } catch (BlockStoreDamagedException e) {
      if (rebuildIndex(fixed, String.valueOf(e.getMessage()))) {
        return;
      }
      wrong.add(BlockFinding.Kind.FILE);
      first[0] = e.getMessage();
    }
    String found = String.valueOf(first[0]);
    if (wrong.contains(BlockFinding.Kind.FILE)) {
      replaceBlocks(metadata, swap, fixed, found);
    } else if (!wrong.isEmpty()) {
      rebuildIndex(fixed, found);
    }
  }

  private void replaceBlocks(
      MetadataStore metadata, BlockSwap swap, FixedOptions fixed, String found) throws IOException {
    Path blocks = fixed.blocksDirectory(directory);
    swap.requireMovable();
    BlockRescue.Result result;
    Path target = swap.target();
    boolean saved = false;
    try {
      result = BlockRescue.run(blocks, target, blockOptions(fixed), readingBlocks());
      saved = result.blocks() > 0;
    } catch (BlockStoreFullException e) {
      throw new BlockStoreFullException(
          "no space left: a repair saves the blocks beside the damaged ones and needs up to "
              + bytesOf(blocks)
              + " bytes for it in "
              + blocks.toAbsolutePath().getParent()
              + "; nothing was replaced; free some, then repair again",
          e);
    } finally {
      if (!saved) {
        swap.discard();
      }
    }
    String counts =
        result.blocks()
            + " blocks are saved, "
            + result.damaged()
            + " are damaged, "
            + result.unreadableFiles()
            + " files cannot be read";
    if (result.blocks() + result.damaged() + result.unreadableFiles() == 0) {
      throw emptyBlocks(fixed);
    }
    if (!saved) {
      throw new StoreDamagedException(
          directory,
          "no block in " + blocks + " can be saved (" + counts + "); put it back from a copy",
          null);
    }
    BlocksMark.expect(metadata, RocksDbBlockStore.identity(target));
    Path aside = swap.replace();
    BlocksMark.forget(metadata);
    done(
        Kind.BLOCK_FILE,
        found,
        counts + "; the damaged files are kept in " + aside + ", delete them when all is well");
  }

  private static long bytesOf(Path blocks) throws IOException {
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(blocks, "*.sst")) {
      for (Path file : files) {
        bytes += Files.size(file);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return bytes;
  }

  /** Returns whether the blocks could be opened for that. */
  private boolean rebuildIndex(FixedOptions fixed, String found) throws IOException {
    try {
      long lost =
          IndexRebuild.run(fixed.blocksDirectory(directory), blockOptions(fixed), readingBlocks());
      done(
          Kind.INDEX_UNREADABLE,
          found,
          "the index is made anew" + (lost == 0 ? "" : "; " + lost + " blocks cannot be read"));
      return true;
    } catch (BlockStoreDamagedException e) {
      return false;
    }
  }

  private void on(Phase phase, long done, long total) throws InterruptedException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedException();
    }
    listener.progress(phase, done, total);
  }

  private SweepProgress readingBlocks() {
    return new SweepProgress() {
      @Override
      public void sweptUpTo(long id) {
        // Said in bytes.
      }

      @Override
      public void wentThrough(long bytes, long totalBytes) throws InterruptedException {
        on(Phase.BLOCKS, bytes, totalBytes);
      }
    };
  }

  private RepairSummary repairContents(
      MetadataStore metadata, FixedOptions fixed, NameCookies cookies) throws IOException {
    MaintenanceListener counting =
        new MaintenanceListener() {
          @Override
          public void found(StoreFinding finding) {
            listener.found(finding);
          }

          @Override
          public void repaired(StoreFinding finding, String text) {
            done(finding, text);
          }

          @Override
          public void progress(Phase phase, long done, long total) throws InterruptedException {
            listener.progress(phase, done, total);
          }
        };
    boolean indexed = false;
    while (true) {
      try (BlockStore blocks = openBlocks(metadata, fixed)) {
        new Journal(metadata)
            .recover(
                blocks, e -> done(Kind.METADATA_ROW, String.valueOf(e.getMessage()), "is dropped"));
        requireSome(metadata, blocks, fixed);
        changing = true;
        new Repair(metadata, blocks, cookies, options.clock()::nanos).run(counting);
        Remaining left = new Remaining();
        new Check(metadata, blocks, cookies).run(left);
        if (indexed || !left.kinds.contains(Kind.NOT_INDEXED)) {
          left.findings.forEach(listener::found);
          return new RepairSummary(repaired, left.count, null);
        }
      }
      // A block without a fingerprint shows only where a file needs it.
      indexed = true;
      rebuildIndex(fixed, "blocks have lost their fingerprints");
    }
  }

  /** Not one block, where files need some: that is another store than the one that was lost. */
  private void requireSome(MetadataStore metadata, BlockStore blocks, FixedOptions fixed)
      throws IOException {
    if (blocks.statistics().blocks() == 0 && needsBlocks(metadata)) {
      throw emptyBlocks(fixed);
    }
  }

  private StoreDamagedException emptyBlocks(FixedOptions fixed) {
    return new StoreDamagedException(
        directory,
        "0 blocks are saved: the block store in "
            + fixed.blocksDirectory(directory)
            + " is empty, yet files need blocks; put it back from a copy, or move it away and"
            + " name the right one with -o blocksDirectory=DIRECTORY",
        null);
  }

  private static boolean needsBlocks(MetadataStore metadata) throws IOException {
    try (MetadataSnapshot snapshot = metadata.snapshot();
        MetadataSnapshot.Rows<ExtentPage> pages =
            snapshot.rows(
                RowKey.first(Table.EXTENTS), RowKey.end(Table.EXTENTS), (table, what) -> {})) {
      for (ExtentPage page = pages.next(); page != null; page = pages.next()) {
        if (page.extents().stream().anyMatch(extent -> extent.blockId() > 0)) {
          return true;
        }
      }
      return false;
    }
  }

  /** What a repair leaves. */
  private final class Remaining implements MaintenanceListener {
    private static final int MOST_TOLD = 10_000;

    private final Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    private final List<StoreFinding> findings = new ArrayList<>();
    private long count;

    @Override
    public void found(StoreFinding finding) {
      count++;
      kinds.add(finding.kind());
      if (findings.size() < MOST_TOLD) {
        findings.add(finding);
      }
    }

    @Override
    public void progress(Phase phase, long done, long total) throws InterruptedException {
      listener.progress(phase, done, total);
    }
  }
}
