package org.dedupfs.bridge;

import java.io.IOException;
import java.util.List;
import org.dedupfs.DedupFileAttributes;
import org.jspecify.annotations.Nullable;

/** The attributes of a file, by a name or of an open one. */
interface MountedNode {
  FileStatus status() throws IOException;

  /** Sets the 12 permission bits. */
  void setMode(int permissions) throws IOException;

  /** -1 leaves one as it is. */
  void setOwner(int uid, int gid) throws IOException;

  /** Null leaves one as it is. */
  void setTimes(@Nullable Long accessNanos, @Nullable Long modifyNanos) throws IOException;

  byte @Nullable [] readAttribute(byte[] name) throws IOException;

  /** {@code flags}: 0, XATTR_CREATE 1 or XATTR_REPLACE 2. */
  void writeAttribute(byte[] name, byte[] value, int flags) throws IOException;

  void deleteAttribute(byte[] name) throws IOException;

  List<byte[]> listAttributes() throws IOException;

  /** What the file costs in a store; null if it lies in none. */
  @Nullable DedupFileAttributes costs() throws IOException;
}
