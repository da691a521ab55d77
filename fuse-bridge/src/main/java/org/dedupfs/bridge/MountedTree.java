package org.dedupfs.bridge;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * The file system below a mount, in the words of POSIX: what {@link FileSystemOperations} needs of
 * it and nothing of the kernel. Symbolic links are never followed at the end of a path. Safe for
 * any number of threads.
 */
interface MountedTree {

  /**
   * The path of {@code bytes}, absolute.
   *
   * @throws ErrnoException EILSEQ if this file system has no such names
   */
  Path path(byte[] bytes) throws IOException;

  /** Whether nothing can be changed. */
  boolean isReadOnly();

  /**
   * Whether an open file is all there when it has no name: attributes, and {@link
   * MountedFile#linkTo}; whether inode numbers are never used twice, and generations are counted.
   */
  boolean bindsToInodes();

  FileStatus status(Path path) throws IOException;

  /** What has that name, looked up again in each call. */
  MountedNode node(Path path);

  byte[] readSymbolicLink(Path link) throws IOException;

  /** Type and permissions of {@code node} are not looked at. */
  void createSymbolicLink(Path link, byte[] target, NewNode node) throws IOException;

  void createNode(Path path, NewNode node) throws IOException;

  void createDirectory(Path path, NewNode node) throws IOException;

  /** As link(2): EPERM for a directory. */
  default void createLink(Path newName, Path existing) throws IOException {
    if (FileModes.isDirectory(status(existing).mode())) {
      throw new ErrnoException(Errno.EPERM, existing + " is a directory");
    }
    Path made = Files.createLink(newName, existing);
    Objects.requireNonNull(made);
  }

  /** Removes what is no directory; EISDIR for one. */
  default void removeFile(Path path) throws IOException {
    if (FileModes.isDirectory(status(path).mode())) {
      throw new ErrnoException(Errno.EISDIR, path + " is a directory");
    }
    Files.delete(path);
  }

  /** As rmdir(2): ENOTDIR for anything else. */
  default void removeDirectory(Path path) throws IOException {
    if (!FileModes.isDirectory(status(path).mode())) {
      throw new ErrnoException(Errno.ENOTDIR, path + " is no directory");
    }
    Files.delete(path);
  }

  /** As rename(2): replaces, atomically. */
  void rename(Path from, Path to) throws IOException;

  /**
   * Opens a regular file.
   *
   * @param flags of open(2); with {@link #bindsToInodes()} what is opened can do everything that
   *     the file system can
   */
  MountedFile open(Path path, int flags) throws IOException;

  /** Creates and opens a regular file; fails if the name exists. */
  MountedFile create(Path path, NewNode node, int flags) throws IOException;

  MountedDirectory openDirectory(Path path) throws IOException;

  SpaceStatus space() throws IOException;

  /** Makes all names durable. */
  void syncNames() throws IOException;

  /**
   * Has {@code listener} told the inode number of each file whose bytes were changed by others than
   * {@link MountedFile}s, before that change returns to who made it.
   *
   * @return to be closed to end it
   */
  Closeable onForeignChange(LongConsumer listener);
}
