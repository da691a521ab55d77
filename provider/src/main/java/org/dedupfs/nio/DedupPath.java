package org.dedupfs.nio;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Arrays;
import java.util.Objects;
import org.dedupfs.ByteNames;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.PathLookup;
import org.dedupfs.tree.Tree;
import org.jspecify.annotations.Nullable;

/**
 * A path in a store: an immutable string of bytes. Equality and order are on bytes; strings are
 * only their {@linkplain ByteNames view}.
 */
final class DedupPath implements Path {
  private final StoreFileSystem fileSystem;
  private final byte[] path;

  /** Where a relative path starts when that is no path, but a directory that is open. */
  private final @Nullable InodeNumber anchor;

  private volatile int @Nullable [] starts;
  private volatile @Nullable String text;

  private DedupPath(StoreFileSystem fileSystem, byte[] path, @Nullable InodeNumber anchor) {
    this.fileSystem = fileSystem;
    this.path = path;
    this.anchor = anchor;
  }

  /** Takes ownership of {@code bytes}, which contain no NUL. */
  static DedupPath of(StoreFileSystem fileSystem, byte[] bytes) {
    return new DedupPath(fileSystem, PathBytes.clean(bytes), null);
  }

  /** The same path for looking things up within this package: relative to an open directory. */
  DedupPath anchoredAt(InodeNumber directory) {
    return new DedupPath(fileSystem, path, directory);
  }

  /** What the path leads to, by {@code tree}; see {@link Tree#lookup}. */
  PathLookup lookup(Tree tree, boolean followLast) throws IOException {
    InodeNumber start = anchor;
    return start == null
        ? tree.lookup(InodeNumber.ROOT, absoluteBytes(), followLast)
        : tree.lookup(start, path, followLast);
  }

  /** The path as one of ours; {@code ProviderMismatchException} if it is another provider's. */
  static DedupPath cast(Path path) {
    if (Objects.requireNonNull(path) instanceof DedupPath ours) {
      return ours;
    }
    throw new ProviderMismatchException(
        "'"
            + path
            + "' belongs to the provider of '"
            + path.getFileSystem().provider().getScheme()
            + ":', not to a dedup: store");
  }

  private DedupPath derived(byte[] bytes) {
    return bytes == path ? this : new DedupPath(fileSystem, bytes, null);
  }

  private int[] starts() {
    int[] result = starts;
    if (result == null) {
      result = PathBytes.nameStarts(path);
      starts = result;
    }
    return result;
  }

  /** The bytes themselves: not to be changed. */
  byte[] bytes() {
    return path;
  }

  /** The bytes of the absolute path: not to be changed. */
  byte[] absoluteBytes() {
    return PathBytes.resolve(PathBytes.ROOT, path);
  }

  /** The path of one entry of this directory, without looking at the name. */
  DedupPath child(byte[] name) {
    return new DedupPath(fileSystem, PathBytes.resolve(path, name), null);
  }

  @Override
  public StoreFileSystem getFileSystem() {
    return fileSystem;
  }

  @Override
  public boolean isAbsolute() {
    return PathBytes.isAbsolute(path);
  }

  @Override
  public @Nullable DedupPath getRoot() {
    return isAbsolute() ? derived(PathBytes.ROOT) : null;
  }

  @Override
  public @Nullable DedupPath getFileName() {
    int count = getNameCount();
    return count == 0 ? null : getName(count - 1);
  }

  @Override
  public @Nullable DedupPath getParent() {
    int count = getNameCount();
    if (count == 0) {
      return null;
    }
    int last = starts()[count - 1];
    return last <= 1 ? getRoot() : derived(Arrays.copyOf(path, last - 1));
  }

  @Override
  public int getNameCount() {
    return starts().length;
  }

  @Override
  public DedupPath getName(int index) {
    if (index < 0 || index >= getNameCount()) {
      throw new IllegalArgumentException("no name " + index + " in '" + this + "'");
    }
    return subpath(index, index + 1);
  }

  @Override
  public DedupPath subpath(int beginIndex, int endIndex) {
    if (beginIndex < 0 || endIndex > getNameCount() || beginIndex >= endIndex) {
      throw new IllegalArgumentException(
          "no names " + beginIndex + " to " + endIndex + " in '" + this + "'");
    }
    return beginIndex == 0 && endIndex == getNameCount() && !isAbsolute()
        ? this
        : derived(PathBytes.subpath(path, starts(), beginIndex, endIndex));
  }

  @Override
  public boolean startsWith(Path other) {
    return Objects.requireNonNull(other) instanceof DedupPath that
        && that.fileSystem == fileSystem
        && PathBytes.startsWith(path, that.path);
  }

  @Override
  public boolean endsWith(Path other) {
    return Objects.requireNonNull(other) instanceof DedupPath that
        && that.fileSystem == fileSystem
        && PathBytes.endsWith(path, that.path);
  }

  @Override
  public DedupPath normalize() {
    return PathBytes.hasDots(path, starts()) ? derived(PathBytes.normalize(path, starts())) : this;
  }

  @Override
  public DedupPath resolve(Path other) {
    DedupPath that = cast(other);
    return that.isAbsolute() ? that : derived(PathBytes.resolve(path, that.path));
  }

  @Override
  public DedupPath relativize(Path other) {
    DedupPath that = cast(other);
    if (that.fileSystem != fileSystem) {
      throw new ProviderMismatchException("'" + that.toUri() + "' is in another store");
    }
    if (that.isAbsolute() != isAbsolute()) {
      throw new IllegalArgumentException(
          "of '" + this + "' and '" + that + "' one is absolute, the other is not");
    }
    byte[] result = PathBytes.relativize(path, that.path);
    if (result == null) {
      throw new IllegalArgumentException(
          "no path leads from '" + this + "' to '" + that + "' without knowing what '..' is");
    }
    return derived(result);
  }

  @Override
  public URI toUri() {
    return fileSystem.uriOf(absoluteBytes());
  }

  @Override
  public DedupPath toAbsolutePath() {
    return derived(absoluteBytes());
  }

  @Override
  public DedupPath toRealPath(LinkOption... options) throws IOException {
    boolean follow = LinkOptions.follow(options);
    return fileSystem.run(this, tree -> of(fileSystem, RealPath.find(tree, this, follow)));
  }

  @Override
  public File toFile() {
    throw new UnsupportedOperationException(
        "java.io.File reaches only the default file system, not '" + toUri() + "'");
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers)
      throws IOException {
    if (Objects.requireNonNull(watcher) instanceof StoreWatchService ours
        && ours.fileSystem() == fileSystem) {
      return ours.register(this, events, modifiers);
    }
    throw new ProviderMismatchException("the watcher is not one of the store of '" + this + "'");
  }

  /** By bytes; what two stores have in common, by the store, so that it agrees with equals. */
  @Override
  public int compareTo(Path other) {
    DedupPath that = (DedupPath) other;
    int result = Arrays.compareUnsigned(path, that.path);
    return result == 0 ? Long.compare(fileSystem.ordinal(), that.fileSystem.ordinal()) : result;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DedupPath that
        && that.fileSystem == fileSystem
        && Arrays.equals(path, that.path);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(path);
  }

  @Override
  public String toString() {
    String result = text;
    if (result == null) {
      result = ByteNames.toText(path);
      text = result;
    }
    return result;
  }
}
