package org.dedupfs;

import java.io.IOException;
import java.nio.file.attribute.PosixFileAttributeView;

/**
 * Reads and sets POSIX attributes by number. That of a channel is bound to the inode, and so valid
 * after rename and unlink.
 */
public interface UnixFileAttributeView extends PosixFileAttributeView {
  @Override
  UnixFileAttributes readAttributes() throws IOException;

  /** Sets the 12 permission bits; a file type in {@code mode} must be the file's. */
  void setMode(int mode) throws IOException;

  /** Sets owner and group in one step. */
  void setIds(int uid, int gid) throws IOException;
}
