package org.dedupfs.nio;

import java.io.IOException;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.attribute.FileAttribute;
import java.util.concurrent.ExecutorService;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystemException.Reason;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.nio.Namespace.Place;
import org.dedupfs.tree.NewFile;
import org.dedupfs.tree.OpenFile;
import org.dedupfs.tree.PathLookup;
import org.dedupfs.tree.Tree;
import org.dedupfs.tree.TreeException;
import org.dedupfs.tree.TreeException.Failure;
import org.jspecify.annotations.Nullable;

/** Opens one file, as POSIX {@code open} does; creates it in the same change where asked to. */
final class FileOpening {
  private final DedupPath path;
  private final StoreFileSystem fileSystem;
  private final OpenMode mode;
  private final NewFile newFile;

  FileOpening(DedupPath path, OpenMode mode, FileAttribute<?>... attributes) {
    this.path = path;
    this.fileSystem = path.getFileSystem();
    this.mode = mode;
    NewFile file = NewFiles.file(fileSystem.options(), attributes);
    this.newFile =
        mode.createNew() && TemporaryFiles.arePrivate(path, attributes)
            ? NewFiles.privately(file)
            : file;
  }

  DedupFileChannel open() throws IOException {
    if (mode.write() && fileSystem.isReadOnly()) {
      throw new ReadOnlyFileSystemException();
    }
    if (newFile.type() != FileType.REGULAR) {
      return createSpecial();
    }
    return fileSystem.register(fileSystem.run(path, this::open));
  }

  /**
   * Opens a regular file for operations on other threads.
   *
   * @param executor those threads; the file system's own if null
   */
  StoreAsynchronousChannel openAsynchronous(@Nullable ExecutorService executor) throws IOException {
    if (mode.append()) {
      throw new UnsupportedOperationException("APPEND not allowed");
    }
    if (newFile.type() != FileType.REGULAR) {
      throw new IllegalArgumentException("a " + newFile.type() + " has no bytes");
    }
    if (mode.write() && fileSystem.isReadOnly()) {
      throw new ReadOnlyFileSystemException();
    }
    ExecutorService threads = executor == null ? fileSystem.callbackThreads().executor() : executor;
    return fileSystem.register(
        fileSystem.run(
            path,
            tree -> {
              DedupFileChannel channel = open(tree);
              if (channel instanceof StoreFileChannel regular) {
                return new StoreAsynchronousChannel(path, regular.file(), mode, threads);
              }
              channel.close();
              throw new TreeException(Failure.IS_DIRECTORY);
            }));
  }

  private DedupFileChannel open(Tree tree) throws IOException {
    if (mode.createNew() && endsInDot(path)) {
      throw new TreeException(Failure.EXISTS); // As the JDK has it, whatever lies before the dot.
    }
    while (true) {
      PathLookup found = mode.createNew() ? null : Namespace.lookup(tree, path, followLinks());
      Inode inode = found == null ? null : found.inode();
      if (inode != null) {
        return existing(tree, inode);
      }
      if (!mode.create()) {
        throw new TreeException(Failure.NO_ENTRY);
      }
      OpenFile file = create(tree, place(tree, found));
      if (file != null) {
        return channel(tree, file);
      }
    }
  }

  private static boolean endsInDot(DedupPath path) {
    DedupPath name = path.getFileName();
    return name != null && name.bytes().length == 1 && name.bytes()[0] == '.';
  }

  private boolean followLinks() {
    return mode.followLinks() && !mode.deleteOnClose();
  }

  private Place place(Tree tree, @Nullable PathLookup found) throws IOException {
    FileName name = found == null ? null : found.name();
    return found == null || name == null
        ? Namespace.vacant(tree, path)
        : new Place(found.parent(), name);
  }

  /** Null if somebody else was faster, and that does not matter. */
  private @Nullable OpenFile create(Tree tree, Place place) throws IOException {
    try {
      return tree.createAndOpen(place.directory(), place.name(), newFile);
    } catch (TreeException e) {
      if (e.failure() == Failure.EXISTS && !mode.createNew()) {
        return null;
      }
      throw e;
    }
  }

  private DedupFileChannel existing(Tree tree, Inode inode) throws IOException {
    switch (inode.type()) {
      case REGULAR -> {
        OpenFile file = tree.open(inode.number());
        if (mode.truncate()) {
          truncate(file);
        }
        return channel(tree, file);
      }
      case DIRECTORY -> {
        if (mode.write()) {
          throw new TreeException(Failure.IS_DIRECTORY);
        }
        return new BytelessChannel(path, inode.number());
      }
      case SYMLINK -> throw new TreeException(Failure.LOOP);
      default ->
          throw new DedupFileSystemException(
              path.toString(),
              null,
              Reason.NO_DEVICE,
              "A " + inode.type() + " is kept by a store, but cannot be opened");
    }
  }

  private static void truncate(OpenFile file) throws IOException {
    boolean done = false;
    try {
      file.setSize(0);
      done = true;
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  private DedupFileChannel channel(Tree tree, OpenFile file) throws IOException {
    if (mode.deleteOnClose()) {
      unlink(tree, file);
    }
    return new StoreFileChannel(path, file, mode);
  }

  /**
   * At once, as on Unix: nobody else can open a file that is to go, and a crash leaves nothing. A
   * name that is another file's by now is let be.
   */
  private void unlink(Tree tree, OpenFile file) throws IOException {
    try {
      PathLookup found = Namespace.lookup(tree, path, false);
      FileName name = found.name();
      Inode inode = found.inode();
      if (name != null && inode != null && inode.number().equals(file.inode())) {
        tree.unlink(found.parent(), name);
      }
    } catch (TreeException e) {
      if (e.failure() != Failure.NO_ENTRY) {
        file.close();
        throw e;
      }
    }
  }

  private DedupFileChannel createSpecial() throws IOException {
    if (!mode.createNew()) {
      throw new IllegalArgumentException(
          "a " + newFile.type() + " is made with CREATE_NEW only, as by Files.createFile");
    }
    Inode inode =
        fileSystem.run(
            path,
            tree -> {
              Place place = Namespace.vacant(tree, path);
              return tree.create(place.directory(), place.name(), newFile);
            });
    return fileSystem.register(new BytelessChannel(path, inode.number()));
  }
}
