package org.dedupfs.host;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the host on files, none of which follows a symbolic link at the end of a path. Failures
 * are exceptions of {@code java.nio.file} with the path and the host's reason. Safe for use by any
 * number of threads.
 */
public interface HostCalls {
  /**
   * The calls of the C library; where it cannot be reached, what {@code java.nio.file} has of them,
   * {@link #limits} saying why.
   */
  static HostCalls load() {
    return LoadedHostCalls.CALLS;
  }

  /** Why less than everything is possible; empty if nothing is amiss. */
  Optional<String> limits();

  /**
   * The names of the extended attributes with their namespaces, {@code user.colour}; none where the
   * file system knows none. Without the C library only those of {@code user.}.
   */
  List<byte[]> listXattrs(Path path) throws IOException;

  /** The value of an extended attribute, null if there is none of that name. */
  byte @Nullable [] getXattr(Path path, byte[] name) throws IOException;

  /** Sets an extended attribute, whether there is one already or not. */
  void setXattr(Path path, byte[] name, byte[] value) throws IOException;

  /** Removes an extended attribute; it is no error if there is none of that name. */
  void removeXattr(Path path, byte[] name) throws IOException;

  /**
   * Makes a fifo, socket or device.
   *
   * @param mode type and permission bits, from which the umask is taken
   * @param rdev the number of a device
   * @throws UnsupportedOperationException without the C library
   */
  void makeNode(Path path, int mode, long rdev) throws IOException;

  /**
   * Makes a symbolic link that says {@code target} byte for byte; without the C library it lacks
   * double and trailing slashes.
   *
   * @param target not empty, without NUL
   */
  void createSymbolicLink(Path link, byte[] target) throws IOException;

  /**
   * Sets both times, in nanoseconds; without the C library those of a link on Java 17 only in
   * microseconds.
   */
  void setTimes(Path path, FileTime modified, FileTime accessed) throws IOException;

  /** Sets user and group; the host may take set-id bits and capabilities away. */
  void setOwner(Path path, int uid, int gid) throws IOException;

  /**
   * Sets the 12 permission bits; those of a link cannot be. Opens nothing, so that neither a fifo
   * is waited for nor a file must be readable, but without the C library.
   */
  void setMode(Path path, int permissions) throws IOException;

  /** Sets the size of a regular file, growing by a hole where the host can. */
  void setLength(Path path, long sizeBytes) throws IOException;

  /**
   * Opens a regular file to read it and to find its holes.
   *
   * @throws java.nio.file.FileSystemException if it is a link or anything else
   */
  HostFile open(Path path) throws IOException;
}
