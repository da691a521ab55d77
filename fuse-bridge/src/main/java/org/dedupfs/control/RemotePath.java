package org.dedupfs.control;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.dedupfs.ByteNames;
import org.dedupfs.DedupFileSystems;
import org.jspecify.annotations.Nullable;

/**
 * A path in a store that another process has open, with the semantics of the store's own paths. The
 * text of {@link ByteNames} stands for the bytes; each path has one text only.
 */
final class RemotePath implements Path {
  private final RemoteFileSystem fileSystem;
  private final String text;
  private final boolean absolute;
  private final List<String> names;

  private RemotePath(RemoteFileSystem fileSystem, boolean absolute, List<String> names) {
    this.fileSystem = fileSystem;
    this.absolute = absolute;
    this.names = names;
    this.text = (absolute ? "/" : "") + String.join("/", names);
  }

  /**
   * @throws java.nio.file.InvalidPathException if it stands for no bytes
   */
  static RemotePath of(RemoteFileSystem fileSystem, String raw) {
    String text = ByteNames.toText(ByteNames.toBytes(raw));
    boolean absolute = text.startsWith("/");
    List<String> names = new ArrayList<>();
    for (String name : text.split("/", -1)) {
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    if (names.isEmpty() && !absolute) {
      // The empty path has one name, which is empty.
      names.add("");
    }
    return new RemotePath(fileSystem, absolute, names);
  }

  static RemotePath cast(Path path) {
    if (Objects.requireNonNull(path) instanceof RemotePath ours) {
      return ours;
    }
    throw new ProviderMismatchException("'" + path + "' belongs to another file system");
  }

  private RemotePath derived(boolean isAbsolute, List<String> newNames) {
    return new RemotePath(fileSystem, isAbsolute, newNames);
  }

  /** The path of an entry of this directory. */
  RemotePath child(String name) {
    if (isEmpty()) {
      return derived(false, List.of(name));
    }
    List<String> longer = new ArrayList<>(names.size() + 1);
    longer.addAll(names);
    longer.add(name);
    return derived(absolute, longer);
  }

  private boolean isEmpty() {
    return text.isEmpty();
  }

  @Override
  public RemoteFileSystem getFileSystem() {
    return fileSystem;
  }

  @Override
  public boolean isAbsolute() {
    return absolute;
  }

  @Override
  public @Nullable RemotePath getRoot() {
    return absolute ? derived(true, List.of()) : null;
  }

  @Override
  public @Nullable RemotePath getFileName() {
    return names.isEmpty() ? null : getName(names.size() - 1);
  }

  @Override
  public @Nullable RemotePath getParent() {
    if (names.isEmpty()) {
      return null;
    }
    if (names.size() == 1) {
      return getRoot();
    }
    return derived(absolute, names.subList(0, names.size() - 1));
  }

  @Override
  public int getNameCount() {
    return names.size();
  }

  @Override
  public RemotePath getName(int index) {
    if (index < 0 || index >= names.size()) {
      throw new IllegalArgumentException("no name " + index + " in '" + this + "'");
    }
    return derived(false, List.of(names.get(index)));
  }

  @Override
  public RemotePath subpath(int beginIndex, int endIndex) {
    if (beginIndex < 0 || endIndex > names.size() || beginIndex >= endIndex) {
      throw new IllegalArgumentException(
          "no names " + beginIndex + " to " + endIndex + " in '" + this + "'");
    }
    return derived(false, names.subList(beginIndex, endIndex));
  }

  @Override
  public boolean startsWith(Path other) {
    if (!(Objects.requireNonNull(other) instanceof RemotePath that)
        || that.fileSystem != fileSystem
        || that.absolute != absolute
        || that.names.size() > names.size()) {
      return false;
    }
    if (that.isEmpty() || isEmpty()) {
      return that.isEmpty() && isEmpty();
    }
    return names.subList(0, that.names.size()).equals(that.names);
  }

  @Override
  public boolean endsWith(Path other) {
    if (!(Objects.requireNonNull(other) instanceof RemotePath that)
        || that.fileSystem != fileSystem) {
      return false;
    }
    if (that.absolute || that.isEmpty() || isEmpty()) {
      return equals(that);
    }
    int skipped = names.size() - that.names.size();
    return skipped >= 0 && names.subList(skipped, names.size()).equals(that.names);
  }

  @Override
  public RemotePath normalize() {
    List<String> kept = new ArrayList<>();
    for (String name : names) {
      boolean up = name.equals("..");
      if (name.equals(".")) {
        continue;
      }
      if (up && !kept.isEmpty() && !kept.get(kept.size() - 1).equals("..")) {
        kept.remove(kept.size() - 1);
      } else if (!up || !absolute) {
        kept.add(name);
      }
    }
    if (kept.isEmpty() && !absolute) {
      kept.add("");
    }
    return derived(absolute, kept);
  }

  @Override
  public RemotePath resolve(Path other) {
    RemotePath that = cast(other);
    if (that.absolute || isEmpty()) {
      return that;
    }
    if (that.isEmpty()) {
      return this;
    }
    List<String> joined = new ArrayList<>(names);
    joined.addAll(that.names);
    return derived(absolute, joined);
  }

  @Override
  public RemotePath relativize(Path other) {
    RemotePath that = cast(other);
    if (that.fileSystem != fileSystem) {
      throw new ProviderMismatchException("'" + that.toUri() + "' is in another store");
    }
    if (that.absolute != absolute) {
      throw new IllegalArgumentException(
          "of '" + this + "' and '" + that + "' one is absolute, the other is not");
    }
    if (that.equals(this) || isEmpty()) {
      return that.equals(this) ? derived(false, List.of("")) : that;
    }
    List<String> from = withoutEmpty(normalize().names);
    List<String> to = withoutEmpty(that.normalize().names);
    int common = 0;
    while (common < Math.min(from.size(), to.size()) && from.get(common).equals(to.get(common))) {
      common++;
    }
    List<String> rest = from.subList(common, from.size());
    if (rest.contains("..")) {
      throw new IllegalArgumentException(
          "no path leads from '" + this + "' to '" + that + "' without knowing what '..' is");
    }
    List<String> result = new ArrayList<>(Collections.nCopies(rest.size(), ".."));
    result.addAll(to.subList(common, to.size()));
    return derived(false, result.isEmpty() ? List.of("") : result);
  }

  private static List<String> withoutEmpty(List<String> names) {
    return names.equals(List.of("")) ? List.of() : names;
  }

  @Override
  public URI toUri() {
    return DedupFileSystems.uri(fileSystem.storeDirectory(), toAbsolutePath().toString());
  }

  @Override
  public RemotePath toAbsolutePath() {
    return absolute ? this : derived(true, withoutEmpty(names));
  }

  @Override
  public RemotePath toRealPath(LinkOption... options) throws IOException {
    boolean follow = RemoteProvider.follow(options);
    return fileSystem.path(
        fileSystem.call(Operation.REAL_PATH, out -> out.text(text).flag(follow), in -> in.text()));
  }

  @Override
  public File toFile() {
    throw new UnsupportedOperationException(
        "java.io.File reaches only the default file system, not '" + toUri() + "'");
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    throw RemoteFileSystem.unsupported("watching directories");
  }

  /** By bytes, as the store's own paths are. */
  @Override
  public int compareTo(Path other) {
    RemotePath that = (RemotePath) other;
    return Arrays.compareUnsigned(ByteNames.toBytes(text), ByteNames.toBytes(that.text));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RemotePath that
        && that.fileSystem == fileSystem
        && that.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
