package org.dedupfs.tree;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.dedupfs.metadata.Inode;

/**
 * An open regular file: it stays whole after unlink and rename, until closed. Safe for any number
 * of threads; sets access times as the store's policy says.
 */
public final class OpenFile implements AutoCloseable {

  /** The inode as it is now. */
  public Inode stat() throws IOException {
    throw new UnsupportedOperationException();
  }

  public long sizeBytes() {
    throw new UnsupportedOperationException();
  }

  /**
   * @return how many bytes, -1 at or beyond the end
   */
  public int read(long offsetBytes, ByteBuffer target) throws IOException {
    throw new UnsupportedOperationException();
  }

  public int write(long offsetBytes, ByteBuffer source) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Writes at the end, atomically.
   *
   * @return the offset written at
   */
  public long append(ByteBuffer source) throws IOException {
    throw new UnsupportedOperationException();
  }

  public void setSize(long sizeBytes) throws IOException {
    throw new UnsupportedOperationException();
  }

  public void punchHole(long offsetBytes, long lengthBytes) throws IOException {
    throw new UnsupportedOperationException();
  }

  public long nextData(long offsetBytes) throws IOException {
    throw new UnsupportedOperationException();
  }

  public long nextHole(long offsetBytes) throws IOException {
    throw new UnsupportedOperationException();
  }

  public Inode setAttributes(AttributeChange change) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Durable when this returns: bytes, attributes and names. */
  public void sync() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Idempotent; the last close of a file without a name purges it. */
  @Override
  public void close() throws IOException {
    throw new UnsupportedOperationException();
  }
}
