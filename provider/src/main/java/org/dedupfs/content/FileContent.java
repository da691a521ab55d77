package org.dedupfs.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.dedupfs.metadata.InodeNumber;

/**
 * The bytes of one regular file. Safe for any number of threads; each call is atomic against the
 * others up to a few MiB (longer writes are made in pieces), and its effect is visible to every
 * user of the file when it returns. Nothing here may be called while holding a metadata change.
 */
public final class FileContent {

  public InodeNumber inode() {
    throw new UnsupportedOperationException();
  }

  public long sizeBytes() {
    throw new UnsupportedOperationException();
  }

  /** Changes whenever the bytes or the size do. */
  public long generation() {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads into the remaining bytes of {@code target}.
   *
   * @return how many bytes, fewer than remain only at the end; -1 at or beyond the end
   * @throws DamagedContentException if a block or an extent is not what was written
   */
  public int read(long offsetBytes, ByteBuffer target) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Writes all remaining bytes; a gap between the end and {@code offsetBytes} becomes a hole. */
  public void write(long offsetBytes, ByteBuffer source) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Writes all remaining bytes at the end, atomically against other appends.
   *
   * @return the offset they were written at
   */
  public long append(ByteBuffer source) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Truncates, or grows by a hole. */
  public void setSize(long sizeBytes) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Turns the range into a hole; the size stays. */
  public void punchHole(long offsetBytes, long lengthBytes) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** The first offset from {@code offsetBytes} on with data, or -1 when only a hole follows. */
  public long nextData(long offsetBytes) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * The first offset from {@code offsetBytes} on in a hole (the end counts as one), or -1 beyond
   * it.
   */
  public long nextHole(long offsetBytes) throws IOException {
    throw new UnsupportedOperationException();
  }
}
