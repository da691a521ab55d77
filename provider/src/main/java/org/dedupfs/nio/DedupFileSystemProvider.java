package org.dedupfs.nio;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystems;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystemException.Reason;
import org.dedupfs.DedupOptions;
import org.dedupfs.DedupUri;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.store.Store;
import org.jspecify.annotations.Nullable;

/**
 * The provider of {@code dedup:} file systems; found by {@link java.util.ServiceLoader}. Without
 * state of its own: that of a store is its file system's.
 */
public final class DedupFileSystemProvider extends FileSystemProvider {
  /** The JDK compares providers by identity, and class loaders may make several. */
  private static final AtomicReference<DedupFileSystemProvider> REAL = new AtomicReference<>();

  private static final OpenOption[] OUTPUT_DEFAULTS = {
    StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE
  };

  /** For the service loader. */
  public DedupFileSystemProvider() {
    REAL.compareAndSet(null, this);
  }

  private static DedupFileSystemProvider real() {
    return Objects.requireNonNull(REAL.get());
  }

  @Override
  public String getScheme() {
    return DedupUri.SCHEME;
  }

  @Override
  public StoreFileSystem newFileSystem(URI uri, Map<String, ?> env) throws IOException {
    DedupUri location = DedupUri.parse(uri);
    if (!location.isRoot()) {
      throw new IllegalArgumentException(
          uri + ": a file system is opened at its root, " + location.withPath(PathBytes.ROOT));
    }
    DedupOptions options = DedupOptions.fromEnv(env);
    return open(location.store(), options);
  }

  /** Opens an existing store; a directory that is none, and a file, are left to other providers. */
  @Override
  public StoreFileSystem newFileSystem(Path path, Map<String, ?> env) throws IOException {
    if (path.getFileSystem() != FileSystems.getDefault() || !Store.isStore(path)) {
      throw new UnsupportedOperationException(path + " is not a store");
    }
    DedupOptions options = DedupOptions.fromEnv(env).toBuilder().create(false).build();
    return open(path, options);
  }

  private StoreFileSystem open(Path directory, DedupOptions options) throws IOException {
    return OpenStores.INSTANCE.open(
        real(), directory, EffectiveOptions.resolve(options), options.jmx().orElse(false));
  }

  @Override
  public StoreFileSystem getFileSystem(URI uri) {
    return OpenStores.INSTANCE.get(DedupUri.parse(uri).store());
  }

  @Override
  public Path getPath(URI uri) {
    DedupUri location = DedupUri.parse(uri);
    return OpenStores.INSTANCE.get(location.store()).path(location.path());
  }

  /** As the JDK's own, its streams let an interrupted thread go on. */
  @Override
  public InputStream newInputStream(Path path, OpenOption... options) throws IOException {
    return super.newInputStream(path, uninterruptible(options));
  }

  @Override
  public OutputStream newOutputStream(Path path, OpenOption... options) throws IOException {
    return super.newOutputStream(
        path, uninterruptible(options.length > 0 ? options : OUTPUT_DEFAULTS));
  }

  private static OpenOption[] uninterruptible(OpenOption[] options) {
    // Of this type whatever the caller's is: an array of StandardOpenOption takes nothing else.
    OpenOption[] more = Arrays.copyOf(options, options.length + 1, OpenOption[].class);
    more[options.length] = OpenMode.Internal.UNINTERRUPTIBLE;
    return more;
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return open(path, options, attributes);
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return open(path, options, attributes);
  }

  /** Without an executor the operations run on threads of the file system's own. */
  @Override
  public AsynchronousFileChannel newAsynchronousFileChannel(
      Path path,
      Set<? extends OpenOption> options,
      @Nullable ExecutorService executor,
      FileAttribute<?>... attributes)
      throws IOException {
    return new FileOpening(DedupPath.cast(path), OpenMode.of(options), attributes)
        .openAsynchronous(executor);
  }

  private static DedupFileChannel open(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return new FileOpening(DedupPath.cast(path), OpenMode.of(options), attributes).open();
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
    return StoreDirectoryStream.open(DedupPath.cast(directory), Objects.requireNonNull(filter));
  }

  @Override
  public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
    Namespace.createDirectory(DedupPath.cast(directory), attributes);
  }

  @Override
  public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes)
      throws IOException {
    Namespace.createSymbolicLink(DedupPath.cast(link), DedupPath.cast(target), attributes);
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    Namespace.createLink(DedupPath.cast(link), DedupPath.cast(existing));
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    return Namespace.readSymbolicLink(DedupPath.cast(link));
  }

  @Override
  public void delete(Path path) throws IOException {
    Namespace.delete(DedupPath.cast(path));
  }

  @Override
  public boolean deleteIfExists(Path path) throws IOException {
    try {
      Namespace.delete(DedupPath.cast(path));
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    new Copy(DedupPath.cast(source), DedupPath.cast(target), Copy.Mode.ofCopy(options)).run();
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    new Move(DedupPath.cast(source), DedupPath.cast(target), Move.Mode.of(options)).run();
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    DedupPath first = DedupPath.cast(path);
    if (first.equals(other)) {
      return true;
    }
    if (!(Objects.requireNonNull(other) instanceof DedupPath second)) {
      return false;
    }
    if (first.getFileSystem() != second.getFileSystem()) {
      return false; // As of another provider: nothing is in two stores, and nothing is looked up.
    }
    InodeNumber firstInode = Namespace.existing(first, true).number();
    return firstInode.equals(Namespace.existing(second, true).number());
  }

  @Override
  public boolean isHidden(Path path) {
    DedupPath ours = DedupPath.cast(path);
    ours.getFileSystem().checkOpen();
    DedupPath name = ours.getFileName();
    return name != null && name.bytes().length > 0 && name.bytes()[0] == '.';
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    DedupPath ours = DedupPath.cast(path);
    Namespace.existing(ours, true);
    return new StoreFileStore(ours.getFileSystem());
  }

  /** Permissions are kept, not enforced: all may be done that root may do on Unix. */
  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    DedupPath ours = DedupPath.cast(path);
    Inode inode = accessed(ours);
    for (AccessMode mode : modes) {
      boolean allowed =
          switch (Objects.requireNonNull(mode)) {
            case READ -> true;
            case WRITE -> !ours.getFileSystem().isReadOnly();
            case EXECUTE -> inode.isDirectory() || (inode.mode() & 0111) != 0;
          };
      if (!allowed) {
        throw new AccessDeniedException(path.toString(), null, mode + " is not possible");
      }
    }
  }

  /** As the JDK's own provider: up to Java 21 it tells of a file on the way, in 25 it does not. */
  private static Inode accessed(DedupPath path) throws IOException {
    try {
      return Namespace.existing(path, true);
    } catch (DedupFileSystemException e) {
      if (e.reason() == Reason.NOT_DIRECTORY && Runtime.version().feature() > 21) {
        throw (IOException) new NoSuchFileException(path.toString()).initCause(e);
      }
      throw e;
    }
  }

  /** As the method of {@code FileSystemProvider} since Java 20. */
  public boolean exists(Path path, LinkOption... options) {
    try {
      Namespace.existing(DedupPath.cast(path), LinkOptions.follow(options));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** As the method of {@code FileSystemProvider} since Java 20: null if there is no such file. */
  public <A extends BasicFileAttributes> @Nullable A readAttributesIfExists(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    try {
      return readAttributes(path, type, options);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    DedupPath ours = DedupPath.cast(path);
    ours.getFileSystem().checkOpen();
    return AttributeViews.of(ours, type, LinkOptions.follow(options));
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    return AttributeViews.read(DedupPath.cast(path), type, LinkOptions.follow(options));
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    return NamedAttributes.read(DedupPath.cast(path), attributes, LinkOptions.follow(options));
  }

  @Override
  public void setAttribute(
      Path path, String attribute, @Nullable Object value, LinkOption... options)
      throws IOException {
    NamedAttributes.set(DedupPath.cast(path), attribute, value, LinkOptions.follow(options));
  }
}
