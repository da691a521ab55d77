package org.dedupfs;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** A channel on a file of a store: a {@link FileChannel} that can do more. */
public abstract class DedupFileChannel extends FileChannel {

  /** For the provider. */
  protected DedupFileChannel() {}

  /**
   * Sets the size: truncates, or grows by a hole. The position stays where it is, beyond the end
   * too.
   */
  public abstract void setLength(long sizeBytes) throws IOException;

  /** Turns a range into a hole, which reads as zeros and takes no space; the size stays. */
  public abstract void punchHole(long offsetBytes, long lengthBytes) throws IOException;

  /**
   * The first offset from {@code offsetBytes} on with data, -1 if only a hole or the end follows.
   */
  public abstract long nextData(long offsetBytes) throws IOException;

  /**
   * The first offset from {@code offsetBytes} on in a hole, the end counting as one; -1 at or
   * beyond the end.
   */
  public abstract long nextHole(long offsetBytes) throws IOException;

  /** The attributes of the file that is open, whatever happens to its names. */
  public abstract UnixFileAttributeView attributeView();
}
