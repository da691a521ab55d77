package org.dedupfs.bridge;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongConsumer;
import org.dedupfs.ByteNames;
import org.dedupfs.CreationAttributes;
import org.dedupfs.DedupFileAttributeView;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupOptions;
import org.dedupfs.DirectoryCursor;
import org.dedupfs.ExtendedAttributeView;
import org.dedupfs.UnixFileAttributeView;
import org.dedupfs.UnixFileAttributes;

/** A store, by the exported types of the provider. */
final class DedupTree implements MountedTree {
  private static final Set<OpenOption> CREATE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  private static final Set<OpenOption> CHANGE =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  private static final Set<OpenOption> READ =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  private final DedupFileSystem fileSystem;
  private final Path root;
  private final boolean syncOnFlush;

  /** What changes that come through the mount are marked with. */
  private final Object origin = new Object();

  DedupTree(DedupFileSystem fileSystem) {
    this.fileSystem = fileSystem;
    this.root = fileSystem.getPath("/");
    this.syncOnFlush = fileSystem.durability() == DedupOptions.Durability.CLOSE;
  }

  @Override
  public Path path(byte[] bytes) {
    return fileSystem.getPath(ByteNames.toText(bytes));
  }

  @Override
  public boolean isReadOnly() {
    return fileSystem.isReadOnly();
  }

  @Override
  public boolean bindsToInodes() {
    return true;
  }

  @Override
  public FileStatus status(Path path) throws IOException {
    return DedupNode.status(
        Files.readAttributes(path, UnixFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
  }

  @Override
  public MountedNode node(Path path) {
    return new DedupNode(
        view(path, UnixFileAttributeView.class),
        view(path, ExtendedAttributeView.class),
        view(path, DedupFileAttributeView.class));
  }

  private static <V extends FileAttributeView> V view(Path path, Class<V> type) {
    return Objects.requireNonNull(
        Files.getFileAttributeView(path, type, LinkOption.NOFOLLOW_LINKS));
  }

  @Override
  public byte[] readSymbolicLink(Path link) throws IOException {
    return fileSystem.readSymbolicLink(link);
  }

  @Override
  public void createSymbolicLink(Path link, byte[] target, NewNode node) throws IOException {
    fileSystem.createSymbolicLink(
        link, target, CreationAttributes.uid(node.uid()), CreationAttributes.gid(node.gid()));
  }

  @Override
  public void createNode(Path path, NewNode node) throws IOException {
    Path made = Files.createFile(path, attributes(node));
    Objects.requireNonNull(made);
  }

  @Override
  public void createDirectory(Path path, NewNode node) throws IOException {
    Path made = Files.createDirectory(path, attributes(node));
    Objects.requireNonNull(made);
  }

  private static FileAttribute<?>[] attributes(NewNode node) {
    return new FileAttribute<?>[] {
      CreationAttributes.mode(node.mode()),
      CreationAttributes.uid(node.uid()),
      CreationAttributes.gid(node.gid()),
      CreationAttributes.rdev(node.rdev())
    };
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Path moved = Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    Objects.requireNonNull(moved);
  }

  /** For everything that the store allows, whatever {@code flags} say: it is shared. */
  @Override
  public MountedFile open(Path path, int flags) throws IOException {
    if (!isReadOnly()) {
      try {
        return file(FileChannel.open(path, CHANGE), false);
      } catch (ReadOnlyFileSystemException e) {
        // It has become so just now; reading is still possible.
        return file(FileChannel.open(path, READ), false);
      }
    }
    return file(FileChannel.open(path, READ), false);
  }

  @Override
  public MountedFile create(Path path, NewNode node, int flags) throws IOException {
    return file(FileChannel.open(path, CREATE, attributes(node)), true);
  }

  private DedupFile file(FileChannel opened, boolean created) {
    DedupFileChannel channel = (DedupFileChannel) opened;
    channel.setOrigin(origin);
    return new DedupFile(channel, syncOnFlush, created);
  }

  @Override
  public MountedDirectory openDirectory(Path path) throws IOException {
    DirectoryCursor cursor = fileSystem.openDirectory(path);
    boolean done = false;
    try {
      Path parent = path.getParent();
      long parentIno = status(parent == null ? path : parent).ino();
      done = true;
      return new DedupDirectory(cursor, parentIno);
    } finally {
      if (!done) {
        cursor.close();
      }
    }
  }

  @Override
  public SpaceStatus space() throws IOException {
    FileStore store = Files.getFileStore(root);
    return new SpaceStatus(
        (int) number(store, "unix:blockSize"),
        number(store, "unix:blocks"),
        number(store, "unix:blocksFree"),
        number(store, "unix:blocksAvailable"),
        number(store, "unix:inodes"),
        number(store, "unix:inodesFree"),
        (int) number(store, "unix:nameMax"));
  }

  private static long number(FileStore store, String attribute) throws IOException {
    return ((Number) store.getAttribute(attribute)).longValue();
  }

  /** Names of all directories lie in one place, so it does not matter which is synced. */
  @Override
  public void syncNames() throws IOException {
    try (FileChannel directory = FileChannel.open(root, READ)) {
      directory.force(true);
    }
  }

  @Override
  public Closeable onForeignChange(LongConsumer listener) {
    return fileSystem.onContentChange(
        (ino, by) -> {
          if (by != origin) {
            listener.accept(ino);
          }
        });
  }
}
