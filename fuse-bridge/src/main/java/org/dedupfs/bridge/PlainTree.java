package org.dedupfs.bridge;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/**
 * Any file system, by {@code java.nio.file} alone: what its views do not have is made up or not
 * supported. Names are UTF-8. An open file that loses its name keeps it in disguise, as libfuse has
 * it, and shows in its directory as {@code .fuse_hidden...} until it is closed.
 */
final class PlainTree implements MountedTree {
  private static final int BLOCK_BYTES = 4096;
  private static final int NAME_MAX_BYTES = 255;

  private final FileSystem fileSystem;
  private final Path root;
  private final PlainViews views;

  /** One for all files: who appends must not meet another, and nothing else tells them apart. */
  private final Object appending = new Object();

  private final Set<PlainFile> open = ConcurrentHashMap.newKeySet();

  private PlainTree(FileSystem fileSystem, Path root, PlainViews views) {
    this.fileSystem = fileSystem;
    this.root = root;
    this.views = views;
  }

  static PlainTree of(FileSystem fileSystem) {
    Path root = fileSystem.getRootDirectories().iterator().next();
    return new PlainTree(fileSystem, root, PlainViews.of(fileSystem));
  }

  @Override
  public Path path(byte[] bytes) throws IOException {
    Path path = root;
    for (String name : decode(bytes).split("/", -1)) {
      if (!name.isEmpty()) {
        Path child = path.resolve(name);
        if (child.getNameCount() != path.getNameCount() + 1) {
          throw new ErrnoException(Errno.EINVAL, "'" + name + "' is no name here");
        }
        path = child;
      }
    }
    return path;
  }

  private static String decode(byte[] bytes) throws ErrnoException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ErrnoException(Errno.EILSEQ, "a name that is not UTF-8");
    }
  }

  @Override
  public boolean isReadOnly() {
    return fileSystem.isReadOnly();
  }

  @Override
  public boolean bindsToInodes() {
    return false;
  }

  @Override
  public FileStatus status(Path path) throws IOException {
    return views.status(path);
  }

  @Override
  public MountedNode node(Path path) {
    return new PlainNode(path, views);
  }

  @Override
  public byte[] readSymbolicLink(Path link) throws IOException {
    return Files.readSymbolicLink(link).toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void createSymbolicLink(Path link, byte[] target, NewNode node) throws IOException {
    Path made = Files.createSymbolicLink(link, fileSystem.getPath(decode(target)));
    views.complete(made, node);
  }

  @Override
  public void createNode(Path path, NewNode node) throws IOException {
    if (!FileModes.isRegular(node.mode())) {
      throw new ErrnoException(Errno.EPERM, "only regular files can be made here");
    }
    views.complete(Files.createFile(path), node);
  }

  @Override
  public void createDirectory(Path path, NewNode node) throws IOException {
    views.complete(Files.createDirectory(path), node);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
      requireReplaceable(from, to);
    }
    move(from, to);
    for (PlainFile file : open) {
      file.renamed(from, to);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Path moved =
          Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Objects.requireNonNull(moved);
    } catch (AtomicMoveNotSupportedException | UnsupportedOperationException e) {
      Path moved = Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
      Objects.requireNonNull(moved);
    }
  }

  /** Not all providers look at what is replaced. */
  private void requireReplaceable(Path from, Path to) throws IOException {
    boolean fromDirectory = FileModes.isDirectory(status(from).mode());
    boolean toDirectory = FileModes.isDirectory(status(to).mode());
    if (fromDirectory && !toDirectory) {
      throw new ErrnoException(Errno.ENOTDIR, to + " is no directory");
    }
    if (!fromDirectory && toDirectory) {
      throw new ErrnoException(Errno.EISDIR, to + " is a directory");
    }
  }

  @Override
  public MountedFile open(Path path, int flags) throws IOException {
    Set<OpenOption> options = new HashSet<>();
    int access = flags & OpenFlags.ACCESS_MODE;
    if (access != OpenFlags.WRITE_ONLY) {
      options.add(StandardOpenOption.READ);
    }
    if (access != OpenFlags.READ_ONLY) {
      options.add(StandardOpenOption.WRITE);
    }
    options.add(LinkOption.NOFOLLOW_LINKS);
    return file(path, options);
  }

  @Override
  public MountedFile create(Path path, NewNode node, int flags) throws IOException {
    MountedFile created =
        file(
            path,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
    boolean done = false;
    try {
      views.complete(path, node);
      done = true;
      return created;
    } finally {
      if (!done) {
        created.close();
      }
    }
  }

  private PlainFile file(Path path, Set<OpenOption> options) throws IOException {
    PlainFile file = new PlainFile(FileChannel.open(path, options), this, path);
    open.add(file);
    return file;
  }

  void closed(PlainFile file) {
    open.remove(file);
  }

  /** Held while the end of a file is looked for and written at. */
  Object appending() {
    return appending;
  }

  @Override
  public MountedDirectory openDirectory(Path path) throws IOException {
    return new PlainDirectory(path, views);
  }

  @Override
  public SpaceStatus space() throws IOException {
    FileStore store = Files.getFileStore(root);
    return new SpaceStatus(
        BLOCK_BYTES,
        store.getTotalSpace() / BLOCK_BYTES,
        store.getUnallocatedSpace() / BLOCK_BYTES,
        store.getUsableSpace() / BLOCK_BYTES,
        0,
        0,
        NAME_MAX_BYTES);
  }

  /** There is no way to ask for that. */
  @Override
  public void syncNames() {}

  /** There is no way to know. */
  @Override
  public Closeable onForeignChange(LongConsumer listener) {
    return () -> {};
  }
}
