package org.dedupfs.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import org.dedupfs.StoreDamagedException;
import org.dedupfs.StoreFigure;
import org.dedupfs.StoreFormatException;
import org.dedupfs.StoreNotCleanException;
import org.dedupfs.StoreNotFoundException;
import org.dedupfs.activity.Activity;
import org.dedupfs.blocks.BlockDamagedException;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.blocks.BlockStoreDamagedException;
import org.dedupfs.blocks.BlockStoreMark;
import org.dedupfs.blocks.BlockStoreOptions;
import org.dedupfs.blocks.ForeignBlocksException;
import org.dedupfs.blocks.RocksDbBlockStore;
import org.dedupfs.content.ContentStore;
import org.dedupfs.maintenance.Sweep;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.LiveMetadata;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.MetadataFormatException;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.SqliteMetadataStore;
import org.dedupfs.metadata.SqliteSalvage;
import org.dedupfs.store.StoreDirectory.State;
import org.dedupfs.store.StoreOptions.Durability;
import org.dedupfs.tree.NewFile;
import org.dedupfs.tree.Tree;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One opening of a store, from the lock to the background threads. What was opened is closed again
 * when a later step fails.
 */
final class StoreOpening {
  private static final Logger LOG = LoggerFactory.getLogger(StoreOpening.class);
  private static final SortedMap<Long, Integer> NOTHING_JOURNALED = Collections.emptySortedMap();

  private final Path directory;
  private final StoreOptions options;
  private final StoreSeams seams;
  private final PartOptions partOptions;
  private final Closings closings = new Closings();
  private final OpeningPlace place;
  private final StoreCreation creation;
  private final Activity activity;
  private final SpaceReserve reserve = new SpaceReserve();

  /**
   * @throws IllegalArgumentException if an option is malformed or out of range
   */
  StoreOpening(Path directory, StoreOptions options, StoreSeams seams) {
    this.seams = seams;
    this.directory = FixedOptions.normal(directory);
    this.options = options;
    this.partOptions = PartOptions.of(options);
    this.place = new OpeningPlace(this.directory, options);
    this.creation = new StoreCreation(this.directory);
    this.activity = new Activity(this.directory.toString());
    requireSensible();
  }

  private void requireSensible() {
    FixedOptions asked = FixedOptions.ofNew(directory, options);
    BlockStoreOptions unused = partOptions.blocks(asked.hash(), asked.compression(), false);
    if (options.create() && options.readOnly()) {
      throw new IllegalArgumentException("create and readOnly exclude each other");
    }
    if (options.threads() < 1) {
      throw new IllegalArgumentException("threads " + options.threads() + "; at least 1 is needed");
    }
    if (options.commitInterval().isNegative() || options.gcInterval().isNegative()) {
      throw new IllegalArgumentException("commitInterval and gc cannot be negative");
    }
  }

  Store run() throws IOException {
    long start = System.nanoTime();
    try {
      Store store = openUndamaged();
      LOG.debug("{}: opened in {} ms", directory, (System.nanoTime() - start) / 1_000_000);
      return store;
    } catch (IOException | RuntimeException | Error e) {
      try {
        closings.close();
      } catch (IOException | RuntimeException | Error next) {
        e.addSuppressed(next);
      }
      throw e;
    }
  }

  private Store openUndamaged() throws IOException {
    try {
      return open();
    } catch (MetadataDamagedException | BlockDamagedException | BlockStoreDamagedException e) {
      throw new StoreDamagedException(
          directory, e.getMessage() + "; run dedupfs repair " + directory, e);
    }
  }

  private Store open() throws IOException {
    place.requireNameable();
    place.requireStoreOrRoom(StoreDirectory.look(directory));
    if (options.readOnly()) {
      recoverBeforeReading();
    }
    closings.add(StoreLock.acquire(directory, options.readOnly())::close);
    // Looked at again, because only now nobody else is changing it.
    State state = StoreDirectory.look(directory);
    place.requireStoreOrRoom(state);
    boolean complete = state == State.STORE || (state == State.CREATING && creation.wasComplete());
    if (complete && state == State.CREATING && !options.readOnly()) {
      creation.end();
    }
    if (!complete && !options.create()) {
      throw new StoreNotFoundException(
          directory,
          "the creation of the store "
              + directory
              + " was interrupted and nothing is in it; open it with create=true to begin anew");
    }
    return complete ? existing() : created();
  }

  /** Whoever only reads cannot replay a journal, so that is done first, as file systems do. */
  private void recoverBeforeReading() throws IOException {
    boolean clean;
    StoreLock lock = StoreLock.acquire(directory, true);
    try {
      clean = isClean();
    } finally {
      lock.close();
    }
    if (clean) {
      return;
    }
    if (!Files.isWritable(directory)) {
      throw new StoreNotCleanException(
          directory,
          "the store "
              + directory
              + " was not closed cleanly and nothing can be written there; open it once where it"
              + " can be written, or copy it",
          null);
    }
    Store.open(directory, options.toBuilder().readOnly(false).gcInterval(Duration.ZERO).build())
        .close();
  }

  /** Nobody is writing meanwhile. What is missing is for the opening itself to tell. */
  private boolean isClean() throws IOException {
    Path metadataDirectory = StoreCreation.metadataDirectory(directory);
    if (!hasNoLog(metadataDirectory)) {
      return false;
    }
    if (!Files.exists(metadataDirectory.resolve(StoreDirectory.METADATA))) {
      return true;
    }
    try (MetadataStore metadata = openMetadata(metadataDirectory)) {
      return new Journal(metadata).isEmpty();
    }
  }

  private static boolean hasNoLog(Path metadataDirectory) throws IOException {
    Path log = metadataDirectory.resolve(StoreDirectory.METADATA + "-wal");
    return !Files.exists(log) || Files.size(log) == 0;
  }

  private Store created() throws IOException {
    FixedOptions fixed = FixedOptions.ofNew(directory, options);
    Path elsewhere = options.metadataDirectory();
    Path metadataDirectory = elsewhere == null ? directory : FixedOptions.normal(elsewhere);
    creation.begin(metadataDirectory, fixed.blocksDirectory(directory));
    useReserve(metadataDirectory);
    MetadataStore metadata =
        seams.metadata().apply(SqliteMetadataStore.create(metadataDirectory, partOptions.sqlite()));
    closings.add(metadata::close);
    BlockStore blocks = openBlocks(fixed, metadata, true);
    StoreIdentity identity = StoreIdentity.random();
    LiveMetadata live = new LiveMetadata(metadata, partOptions.rowCacheBytes(), activity);
    closings.add(live::close);
    NewFile root =
        new NewFile(FileType.DIRECTORY, 0777 & ~options.umask(), options.uid(), options.gid(), 0);
    try (Change change = live.begin()) {
      identity.record(change);
      fixed.record(change);
      Tree.format(change, root, partOptions.clock().nanos());
      live.commit(change.publishAndFreeze());
    }
    creation.end();
    return started(fixed, identity, metadataDirectory, metadata, blocks, live, NOTHING_JOURNALED);
  }

  private Store existing() throws IOException {
    Path metadataDirectory = StoreCreation.metadataDirectory(directory);
    if (options.metadataDirectory() != null) {
      FixedOptions.requireSame(
          directory,
          "metadataDirectory",
          FixedOptions.normal(metadataDirectory).toString(),
          FixedOptions.normal(options.metadataDirectory()).toString());
    }
    if (SqliteSalvage.isPending(metadataDirectory)) {
      throw new StoreDamagedException(
          directory,
          "a repair of the store "
              + directory
              + " was interrupted while it replaced the metadata; run dedupfs repair "
              + directory,
          null);
    }
    boolean isClean = hasNoLog(metadataDirectory);
    useReserve(metadataDirectory);
    MetadataStore metadata = seams.metadata().apply(openMetadata(metadataDirectory));
    closings.add(metadata::close);
    StoreIdentity identity = StoreIdentity.recorded(directory, metadata);
    if (identity == null) {
      throw new StoreDamagedException(
          directory,
          "the store "
              + directory
              + " has lost its identity; run dedupfs repair "
              + directory
              + ", or put "
              + StoreDirectory.METADATA
              + " back from a copy",
          null);
    }
    FixedOptions recorded = FixedOptions.recorded(directory, metadata);
    recorded.requireSame(directory, options);
    FixedOptions fixed = recorded.forOpening(options);
    BlockSwap.requireEnded(directory, fixed.blocksDirectory(directory));
    BlockStore blocks = openBlocks(fixed, metadata, false);
    SortedMap<Long, Integer> journaled =
        options.readOnly() ? NOTHING_JOURNALED : new Journal(metadata).restore(blocks);
    LiveMetadata live = new LiveMetadata(metadata, partOptions.rowCacheBytes(), activity);
    closings.add(live::close);
    Store store = started(fixed, identity, metadataDirectory, metadata, blocks, live, journaled);
    if (!isClean) {
      LOG.info(
          "{}: was not closed in order and is as its last commit left it; blocks put again: {}",
          directory,
          journaled.size());
    }
    return store;
  }

  /** From here to the end of the opening, and while the store is closed. */
  private void useReserve(Path metadataDirectory) throws IOException {
    if (!options.readOnly()) {
      reserve.addMetadata(metadataDirectory);
      reserve.begin();
      closings.add(reserve::end);
    }
  }

  private MetadataStore openMetadata(Path metadataDirectory) throws IOException {
    Path file = metadataDirectory.resolve(StoreDirectory.METADATA);
    if (!Files.exists(file)) {
      throw new StoreDamagedException(
          directory,
          "the file "
              + file
              + " of the store "
              + directory
              + " is missing; put it back from a"
              + " copy",
          null);
    }
    try {
      return SqliteMetadataStore.open(metadataDirectory, partOptions.sqlite());
    } catch (MetadataFormatException e) {
      throw new StoreFormatException(directory, e.getMessage(), e);
    } catch (MetadataDamagedException e) {
      throw new StoreDamagedException(directory, e.getMessage(), e);
    }
  }

  private BlockStore openBlocks(FixedOptions fixed, MetadataStore metadata, boolean create)
      throws IOException {
    Path blocksDirectory = fixed.blocksDirectory(directory);
    // One that is missing is told by what comes next.
    if (!options.readOnly() && !create && Files.isDirectory(blocksDirectory)) {
      reserve.addBlocks(blocksDirectory);
    }
    try {
      BlockStore blocks =
          seams
              .blocks()
              .apply(
                  RocksDbBlockStore.open(
                      blocksDirectory,
                      partOptions.blocks(fixed.hash(), fixed.compression(), create),
                      new BlockLease(metadata),
                      create ? BlockStoreMark.UNKNOWN : BlocksMark.committed(metadata),
                      activity));
      closings.add(blocks::close);
      if (create) {
        reserve.addBlocks(blocksDirectory);
      }
      if (!options.readOnly()) {
        BlocksMark.identify(metadata, blocksDirectory, blocks);
      }
      return blocks;
    } catch (BlockStoreDamagedException e) {
      throw new StoreDamagedException(directory, e.getMessage(), e);
    } catch (ForeignBlocksException e) {
      throw BlocksMark.foreign(directory, blocksDirectory, e);
    }
  }

  private Store started(
      FixedOptions fixed,
      StoreIdentity identity,
      Path metadataDirectory,
      MetadataStore metadata,
      BlockStore blocks,
      LiveMetadata live,
      SortedMap<Long, Integer> journaled)
      throws IOException {
    if (!options.readOnly()) {
      closings.add(() -> new Journal(metadata).retire(blocks));
    }
    HostDisk disk = new HostDisk(metadataDirectory, fixed.blocksDirectory(directory), reserve);
    ContentStore content =
        new ContentStore(live, blocks, partOptions.content(fixed.chunking(), disk));
    closings.add(content::close);
    content.adoptJournal(journaled);
    OrphanPurge purge = new OrphanPurge(directory);
    closings.add(purge::join);
    Tree tree = new Tree(live, content, identity.nameCookies(), partOptions.tree());
    closings.add(tree::close);
    Store.StoreParts parts =
        new Store.StoreParts(
            metadata,
            blocks,
            live,
            content,
            tree,
            new Sweep(metadata, blocks, content),
            metadataDirectory,
            fixed.blocksDirectory(directory));
    Store store =
        new Store(directory, effective(fixed, metadataDirectory), identity, parts, closings);
    activity.measure(StoreFigure.DIRTY_BYTES, content::dirtyBytes);
    activity.measure(StoreFigure.UNCOMMITTED_BYTES, live::uncommittedBytes);
    activity.measure(StoreFigure.UNFLUSHED_BYTES, blocks::unflushedBytes);
    activity.measure(StoreFigure.DAMAGED_BLOCKS, () -> blocks.damaged().size());
    activity.measure(StoreFigure.OPEN_FILES, tree::openFiles);
    content.start();
    if (!options.readOnly()) {
      purge.start(tree);
    }
    boolean maySweep = !options.readOnly() && options.durability() != Durability.NONE;
    if (maySweep && !options.gcInterval().isZero()) {
      BackgroundSweep sweeps = new BackgroundSweep(store, options.gcInterval());
      closings.add(sweeps::close);
      sweeps.start();
    }
    if (!options.readOnly()) {
      closings.add(reserve::begin);
      reserve.end();
    }
    return store;
  }

  private StoreOptions effective(FixedOptions fixed, Path metadataDirectory) {
    return options.toBuilder()
        .chunking(fixed.chunking().toString())
        .hash(fixed.hash())
        .compression(fixed.compression().toString())
        .metadataDirectory(metadataDirectory)
        .blocksDirectory(fixed.blocksDirectory(directory))
        .build();
  }
}
