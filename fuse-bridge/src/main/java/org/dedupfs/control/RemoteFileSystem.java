package org.dedupfs.control;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileStore;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.dedupfs.CheckSummary;
import org.dedupfs.ContentListener;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.DirectoryCursor;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.ScrubOptions;
import org.dedupfs.ScrubSummary;
import org.dedupfs.StoreActivity;
import org.dedupfs.StoreFigure;
import org.dedupfs.StoreStatistics;
import org.dedupfs.SweepSummary;
import org.dedupfs.host.HostPath;

/**
 * A store that another process has open, used through its {@link ControlServer}: what it answers
 * and what it throws is what the store itself would, in this process. Has what copying trees and
 * the command need; the rest throws {@code UnsupportedOperationException}.
 *
 * <p>An interrupt ends {@link #sweep}, {@link #check} and {@link #scrub}, and nothing else. {@link
 * #close} makes durable what was changed through it, as closing the store would. Safe for use by
 * any number of threads.
 */
public final class RemoteFileSystem extends DedupFileSystem {
  private static final Set<String> VIEWS =
      Set.of("basic", "owner", "posix", "unix", "user", "xattr", "dedup");

  private final Path directory;
  private final ConnectionPool connections;
  private final Accounts accounts;
  private final RemoteProvider provider;
  private final long pid;
  private final DedupOptions.Durability durability;
  private volatile boolean changed;

  private RemoteFileSystem(Path directory, ClientConnection first) {
    this.directory = directory;
    this.connections = new ConnectionPool(directory, first);
    this.accounts = new Accounts(connections);
    this.provider = new RemoteProvider(this);
    this.pid = first.pid();
    this.durability = first.durability();
  }

  /**
   * Connects to the process that has a store open; empty if none does that listens.
   *
   * @param store its directory
   * @throws ControlConnectionException if that process does not want to talk to this one, for
   *     example because it is of another version
   */
  public static Optional<RemoteFileSystem> connect(Path store) throws IOException {
    Path real = store.toRealPath();
    ClientConnection first = ClientConnection.open(real);
    return first == null ? Optional.empty() : Optional.of(new RemoteFileSystem(real, first));
  }

  /** The process that has the store open. */
  public long pid() {
    return pid;
  }

  Accounts accounts() {
    return accounts;
  }

  /** Asks for something that is about no open file. */
  <T> T call(
      Operation operation, ClientConnection.Request request, ClientConnection.Answer<T> answer)
      throws IOException {
    return use(connection -> connection.call(operation, request, answer), operation.isChanging());
  }

  /** Opens something, which belongs to the connection that it was opened through. */
  <T> T use(ConnectionPool.Use<T> use, boolean changing) throws IOException {
    return noting(changing, () -> connections.with(use));
  }

  /** What may change the store. */
  interface Change<T> {
    T run() throws IOException;
  }

  /** Runs something, and remembers it after its end: a sync meanwhile may have come too early. */
  <T> T noting(boolean changing, Change<T> change) throws IOException {
    try {
      return change.run();
    } finally {
      if (changing && !changed) {
        changed = true;
      }
    }
  }

  RemotePath path(String text) {
    return RemotePath.of(this, text);
  }

  @Override
  public URI uri() {
    return DedupFileSystems.uri(directory);
  }

  @Override
  public Path storeDirectory() {
    return directory;
  }

  @Override
  public Set<Path> hostDirectories() throws IOException {
    return call(
        Operation.HOST_DIRECTORIES,
        out -> {},
        in -> {
          Set<Path> all = new LinkedHashSet<>();
          for (int left = in.count(4); left > 0; left--) {
            all.add(HostPath.of(in.bytes()));
          }
          return Collections.unmodifiableSet(all);
        });
  }

  @Override
  public StoreStatistics statistics() throws IOException {
    return call(
        Operation.STATISTICS,
        out -> {},
        in ->
            new StoreStatistics(
                in.number64(),
                in.number64(),
                in.number64(),
                in.number64(),
                in.number64(),
                in.number64(),
                in.number64(),
                in.number64(),
                in.number64()));
  }

  /** Of the process that has the store open, by whomever it was done. */
  @Override
  public StoreActivity activity() throws IOException {
    return call(
        Operation.ACTIVITY,
        out -> {},
        in -> {
          Map<StoreFigure, Long> values = new EnumMap<>(StoreFigure.class);
          for (StoreFigure figure : StoreFigure.values()) {
            values.put(figure, in.number64());
          }
          return new StoreActivity(values);
        });
  }

  @Override
  public DirectoryCursor openDirectory(Path path) throws IOException {
    RemotePath ours = RemotePath.cast(path);
    if (ours.getFileSystem() != this) {
      throw new ProviderMismatchException("'" + path + "' is in another store");
    }
    return RemoteDirectoryCursor.open(ours);
  }

  @Override
  public void createSymbolicLink(Path link, byte[] target, FileAttribute<?>... attributes)
      throws IOException {
    String path = provider.ours(link).toString();
    call(
        Operation.CREATE_BYTE_SYMLINK,
        out -> Values.writeCreation(out.text(path).bytes(target), attributes),
        in -> Boolean.TRUE);
  }

  @Override
  public byte[] readSymbolicLink(Path link) throws IOException {
    String path = provider.ours(link).toString();
    return call(Operation.READ_BYTE_LINK, out -> out.text(path), in -> in.bytes());
  }

  @Override
  public DedupOptions.Durability durability() {
    return durability;
  }

  @Override
  public Closeable onContentChange(ContentListener listener) {
    throw unsupported("being told of changes");
  }

  @Override
  public void sync() throws IOException {
    // Before, for what another thread has changed when this is over.
    changed = false;
    try {
      call(Operation.SYNC, out -> {}, in -> Boolean.TRUE);
    } catch (IOException | RuntimeException e) {
      changed = true;
      throw e;
    }
  }

  @Override
  public SweepSummary sweep(boolean dryRun, MaintenanceListener listener) throws IOException {
    long[] summary =
        RemoteMaintenance.run(
            connections, Operation.START_SWEEP, out -> out.flag(dryRun), listener);
    return new SweepSummary(summary[0], summary[1]);
  }

  @Override
  public CheckSummary check(MaintenanceListener listener) throws IOException {
    long[] summary = RemoteMaintenance.run(connections, Operation.START_CHECK, out -> {}, listener);
    return new CheckSummary(summary[0], summary[1], summary[2], summary[3], summary[4]);
  }

  @Override
  public ScrubSummary scrub(ScrubOptions how, MaintenanceListener listener) throws IOException {
    long[] summary =
        RemoteMaintenance.run(
            connections,
            Operation.START_SCRUB,
            out -> out.number64(how.bytesPerSecond()).number32(how.threads()).flag(how.restart()),
            listener);
    return new ScrubSummary(summary[0], summary[1], summary[2], summary[3], summary[4] != 0);
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() throws IOException {
    if (connections.isClosed()) {
      return;
    }
    try {
      if (changed) {
        sync();
      }
    } finally {
      connections.close();
    }
  }

  @Override
  public boolean isOpen() {
    return !connections.isClosed();
  }

  /** Whether the store is; true too when that cannot be found out any more. */
  @Override
  public boolean isReadOnly() {
    try {
      return call(Operation.READ_ONLY, out -> {}, in -> in.flag());
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    checkOpen();
    return List.of(path("/"));
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    checkOpen();
    return List.of(new RemoteFileStore(this));
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    checkOpen();
    return VIEWS;
  }

  @Override
  public Path getPath(String first, String... more) {
    StringBuilder joined = new StringBuilder(first);
    for (String part : more) {
      if (!part.isEmpty()) {
        joined.append(joined.isEmpty() ? "" : "/").append(part);
      }
    }
    return path(joined.toString());
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    throw unsupported("patterns of paths");
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    throw unsupported("looking users up by name");
  }

  @Override
  public WatchService newWatchService() {
    throw unsupported("watching directories");
  }

  static UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException(
        what + ": not possible in a store that another process has open");
  }

  private void checkOpen() {
    if (!isOpen()) {
      throw new ClosedFileSystemException();
    }
  }

  @Override
  public String toString() {
    return uri().toString();
  }
}
