package org.dedupfs.bridge;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** An open regular file; safe for any number of threads. */
interface MountedFile extends Closeable {
  /** The attributes of the open file. */
  MountedNode node();

  /** Fills {@code target}, less only at the end; 0 at or beyond it. */
  int read(ByteBuffer target, long offsetBytes) throws IOException;

  /** Writes everything. */
  void write(ByteBuffer source, long offsetBytes) throws IOException;

  /** Writes everything at the end, in one piece; tells where that was. */
  long append(ByteBuffer source) throws IOException;

  void setLength(long sizeBytes) throws IOException;

  /** See {@link org.dedupfs.DedupFileChannel#allocate}. */
  void allocate(long offsetBytes, long lengthBytes) throws IOException;

  /** See {@link org.dedupfs.DedupFileChannel#punchHole}. */
  void punchHole(long offsetBytes, long lengthBytes) throws IOException;

  /** See {@link org.dedupfs.DedupFileChannel#zeroRange}. */
  void zeroRange(long offsetBytes, long lengthBytes) throws IOException;

  /**
   * Takes away what a write by somebody unprivileged must take away: setuid, setgid of a file that
   * its group may execute, and file capabilities.
   */
  void clearPrivileges() throws IOException;

  /** What a close(2) promises: durable where that was asked for, else known not to be lost yet. */
  void flush() throws IOException;

  /** Durable when this returns. */
  void sync() throws IOException;

  /** Gives the file one more name, even if it has none. */
  void linkTo(Path newName) throws IOException;
}
