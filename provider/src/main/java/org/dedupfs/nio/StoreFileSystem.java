package org.dedupfs.nio;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileStore;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.ProviderMismatchException;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.dedupfs.ByteNames;
import org.dedupfs.CheckSummary;
import org.dedupfs.ContentListener;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupOptions;
import org.dedupfs.DedupUri;
import org.dedupfs.DirectoryCursor;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.ScrubOptions;
import org.dedupfs.ScrubSummary;
import org.dedupfs.StoreActivity;
import org.dedupfs.StoreStatistics;
import org.dedupfs.SweepSummary;
import org.dedupfs.activity.WatchedOperation;
import org.dedupfs.content.SpaceLeft;
import org.dedupfs.maintenance.SweepReport;
import org.dedupfs.store.Store;
import org.dedupfs.store.StoreOptions;
import org.dedupfs.tree.Tree;
import org.jspecify.annotations.Nullable;

/** One open store. */
final class StoreFileSystem extends DedupFileSystem {
  /** Names of the attribute views. */
  static final Set<String> VIEWS =
      Set.of("basic", "owner", "posix", "unix", "user", "xattr", DedupView.NAME);

  private static final AtomicLong OPENED = new AtomicLong();

  private final long ordinal = OPENED.incrementAndGet();
  private final DedupFileSystemProvider provider;
  private final Path directory;
  private final DedupUri location;
  private final Store store;
  private final StoreOptions options;
  private final Runnable whenClosed;
  private final UsageGate gate = new UsageGate();
  private final WhileOpen whileOpen = new WhileOpen(gate);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<Closeable> resources = ConcurrentHashMap.newKeySet();
  private final FileLockTable locks = new FileLockTable();
  private final CallbackThreads callbackThreads = new CallbackThreads();

  /** Something done to the tree. */
  interface TreeCall<T> {
    T apply(Tree tree) throws IOException;
  }

  /** As {@link TreeCall}, without a result. */
  interface TreeAction {
    void apply(Tree tree) throws IOException;
  }

  StoreFileSystem(
      DedupFileSystemProvider provider,
      Path directory,
      Store store,
      StoreOptions options,
      Runnable whenClosed) {
    this.provider = provider;
    this.directory = directory;
    this.location = DedupUri.of(directory, PathBytes.ROOT);
    this.store = store;
    this.options = options;
    this.whenClosed = whenClosed;
  }

  /**
   * Does something to the tree on behalf of {@code path}, which failures then name.
   *
   * @throws ClosedFileSystemException after close
   */
  <T> T run(DedupPath path, TreeCall<T> call) throws IOException {
    return run(path, null, call);
  }

  /** As {@link #run(DedupPath, TreeCall)}, on behalf of two paths. */
  <T> T run(DedupPath path, @Nullable DedupPath other, TreeCall<T> call) throws IOException {
    WatchedOperation watched = WatchedOperation.begin(); // if it fails, nobody is inside for ever
    enter();
    try {
      return call.apply(store.tree());
    } catch (IOException e) {
      throw Failures.of(e, path, other);
    } finally {
      gate.exit();
      if (watched != null) {
        watched.end(store.activity(), path);
      }
    }
  }

  /** As {@link #run(DedupPath, TreeCall)}, without a result. */
  void change(DedupPath path, TreeAction action) throws IOException {
    change(path, null, action);
  }

  /** As {@link #change(DedupPath, TreeAction)}, on behalf of two paths. */
  void change(DedupPath path, @Nullable DedupPath other, TreeAction action) throws IOException {
    run(
        path,
        other,
        tree -> {
          action.apply(tree);
          return Boolean.TRUE;
        });
  }

  /** Frees what the layers below hold for {@code path}; does nothing once the store is closed. */
  void cleanUp(DedupPath path, Closeable resource) throws IOException {
    if (gate.enterToCleanUp()) {
      try {
        resource.close();
      } catch (IOException e) {
        throw Failures.of(e, path, null);
      } finally {
        gate.exit();
      }
    }
  }

  private void enter() {
    if (!gate.enter()) {
      throw new ClosedFileSystemException();
    }
  }

  /** Has {@code resource} closed with the file system, unless forgotten first. */
  <R extends Closeable> R register(R resource) throws IOException {
    resources.add(resource);
    if (!gate.isOpen()) {
      resource.close();
      throw new ClosedFileSystemException();
    }
    return resource;
  }

  void forget(Closeable resource) {
    resources.remove(resource);
  }

  CallbackThreads callbackThreads() {
    return callbackThreads;
  }

  FileLockTable locks() {
    return locks;
  }

  StoreOptions options() {
    return options;
  }

  /** A number that no other file system of this process has or had. */
  long ordinal() {
    return ordinal;
  }

  /** The store as a device number, 31 bits: stable as long as it does not move. */
  long device() {
    return location.hashCode() & 0x7FFF_FFFFL;
  }

  /** The URI of an absolute path; touches no disk. */
  URI uriOf(byte[] absolutePath) {
    return location.withPath(absolutePath).toUri();
  }

  DedupPath path(byte[] bytes) {
    return DedupPath.of(this, bytes);
  }

  DedupPath root() {
    return path(PathBytes.ROOT);
  }

  @Override
  public URI uri() {
    return location.toUri();
  }

  @Override
  public Path storeDirectory() {
    return directory;
  }

  @Override
  public Set<Path> hostDirectories() throws IOException {
    Set<Path> all = new LinkedHashSet<>();
    all.add(directory);
    StoreOptions effective = store.options();
    for (Path part : Arrays.asList(effective.metadataDirectory(), effective.blocksDirectory())) {
      if (part != null) {
        all.add(part.toRealPath());
      }
    }
    return Collections.unmodifiableSet(all);
  }

  @Override
  public StoreStatistics statistics() throws IOException {
    return run(root(), tree -> store.statistics());
  }

  @Override
  public StoreActivity activity() {
    return store.activity().now();
  }

  SpaceLeft spaceLeft() throws IOException {
    return run(root(), tree -> store.spaceLeft());
  }

  long inodes() throws IOException {
    return run(root(), tree -> store.inodes());
  }

  @Override
  public DirectoryCursor openDirectory(Path path) throws IOException {
    return StoreDirectoryCursor.open(ours(path));
  }

  @Override
  public void createSymbolicLink(Path link, byte[] target, FileAttribute<?>... attributes)
      throws IOException {
    Namespace.createSymbolicLink(ours(link), target.clone(), attributes);
  }

  @Override
  public byte[] readSymbolicLink(Path link) throws IOException {
    return Namespace.targetOf(ours(link));
  }

  private DedupPath ours(Path path) {
    DedupPath ours = DedupPath.cast(path);
    if (ours.getFileSystem() != this) {
      throw new ProviderMismatchException("'" + path + "' is in another store");
    }
    return ours;
  }

  @Override
  public DedupOptions.Durability durability() {
    return DedupOptions.Durability.valueOf(options.durability().name());
  }

  @Override
  public Closeable onContentChange(ContentListener listener) {
    checkOpen();
    return store.tree().onContentChange(Objects.requireNonNull(listener));
  }

  @Override
  public void sync() throws IOException {
    change(root(), tree -> store.syncAll());
  }

  @Override
  public SweepSummary sweep(boolean dryRun, MaintenanceListener listener) throws IOException {
    if (isReadOnly()) {
      checkOpen();
      throw new ReadOnlyFileSystemException();
    }
    SweepReport report =
        whileOpen.run(() -> run(root(), tree -> store.sweep(dryRun, whileOpen.ofSweep(listener))));
    return new SweepSummary(report.deadBlocks(), report.deadStoredBytes());
  }

  @Override
  public CheckSummary check(MaintenanceListener listener) throws IOException {
    return whileOpen.run(() -> run(root(), tree -> store.check(whileOpen.listener(listener))));
  }

  @Override
  public ScrubSummary scrub(ScrubOptions how, MaintenanceListener listener) throws IOException {
    Objects.requireNonNull(how);
    return whileOpen.run(() -> run(root(), tree -> store.scrub(how, whileOpen.listener(listener))));
  }

  @Override
  public DedupFileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() throws IOException {
    if (!gate.shut()) {
      awaitClosed();
      return;
    }
    ClosingAll closing = new ClosingAll();
    try {
      resources.forEach(closing::close);
      callbackThreads.close();
      gate.drain();
      closing.close(store::close);
    } finally {
      whenClosed.run();
      closed.countDown();
    }
    closing.throwFirst();
  }

  /** A second closer comes back when the store is closed, even if interrupted. */
  private void awaitClosed() {
    boolean interrupted = false;
    while (true) {
      try {
        closed.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isOpen() {
    return gate.isOpen();
  }

  @Override
  public boolean isReadOnly() {
    return options.readOnly() || store.tree().isReadOnly();
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    checkOpen();
    return List.of(root());
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    checkOpen();
    return List.of(new StoreFileStore(this));
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    checkOpen();
    return VIEWS;
  }

  @Override
  public DedupPath getPath(String first, String... more) {
    StringBuilder joined = new StringBuilder(first);
    for (String part : more) {
      if (!part.isEmpty()) {
        joined.append(joined.isEmpty() ? "" : "/").append(part);
      }
    }
    return path(ByteNames.toBytes(joined.toString()));
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    return PathPattern.of(syntaxAndPattern);
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    checkOpen();
    return new Principals();
  }

  @Override
  public WatchService newWatchService() throws IOException {
    return register(new StoreWatchService(this));
  }

  /** Throws {@code ClosedFileSystemException} after close. */
  void checkOpen() {
    if (!gate.isOpen()) {
      throw new ClosedFileSystemException();
    }
  }

  @Override
  public String toString() {
    return uri().toString();
  }
}
