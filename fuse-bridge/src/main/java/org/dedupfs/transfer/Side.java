package org.dedupfs.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.List;
import java.util.Optional;
import org.dedupfs.ByteNames;
import org.dedupfs.host.HostPath;
import org.jspecify.annotations.Nullable;

/**
 * One end of a transfer: the host or a store. Names cross from one to the other as bytes, which is
 * what they are on both; strings would lose those that are not valid in the locale. Nothing here
 * follows a symbolic link at the end of a path. Safe for use by any number of threads.
 */
public interface Side {
  /** The last name of a path. */
  byte[] name(Path path);

  /**
   * The entry of that name in a directory.
   *
   * @throws FileSystemException if it is not one plain name
   */
  Path child(Path directory, byte[] name) throws IOException;

  /**
   * Gives {@code name} as it is: names may come from another process, and none may lead elsewhere.
   *
   * @throws FileSystemException if it is not one plain name
   */
  static byte[] plain(Path directory, byte[] name) throws FileSystemException {
    if (!HostPath.isPlainName(name)) {
      String why = "'" + ByteNames.toText(name) + "' is no name of a file";
      throw new FileSystemException(directory.toString(), null, why);
    }
    return name;
  }

  /** What a symbolic link says, byte for byte. */
  byte[] linkTarget(Path link) throws IOException;

  /**
   * Makes a symbolic link; where this side has {@link #limits} it may say the same with fewer
   * slashes.
   */
  void createLink(Path link, byte[] target) throws IOException;

  /** How to create a file or directory that is to get these attributes in the end. */
  FileAttribute<?>[] creation(EntryAttributes attributes);

  /**
   * Makes a fifo, socket or device.
   *
   * @throws UnsupportedOperationException if this side cannot
   */
  void createSpecial(Path path, EntryAttributes attributes) throws IOException;

  /** A regular file, open to read. */
  interface Source extends Closeable {
    FileChannel channel();

    /** The first offset from there on with data; -1 if only a hole or the end follows. */
    long nextData(long offsetBytes) throws IOException;

    /** The first offset from there on in a hole, the end being one; -1 at the end. */
    long nextHole(long offsetBytes) throws IOException;
  }

  Source open(Path path) throws IOException;

  /** Makes a file longer by a hole; {@code open} is a channel on it. */
  void extend(Path path, FileChannel open, long sizeBytes) throws IOException;

  void setOwner(Path path, int uid, int gid) throws IOException;

  /** Sets the 12 permission bits of anything but a link. */
  void setMode(Path path, int permissions) throws IOException;

  /** Sets the times of modification and access. */
  void setTimes(Path path, EntryAttributes wanted) throws IOException;

  /** The names of all extended attributes, with their namespaces. */
  List<byte[]> listXattrs(Path path) throws IOException;

  /** Null if there is none of that name. */
  byte @Nullable [] xattr(Path path, byte[] name) throws IOException;

  void setXattr(Path path, byte[] name, byte[] value) throws IOException;

  void removeXattr(Path path, byte[] name) throws IOException;

  /** Why not everything can be read or written here; empty if nothing is amiss. */
  Optional<String> limits();

  /** The path for people, exact: see {@link org.dedupfs.ByteNames}. */
  String text(Path path);
}
