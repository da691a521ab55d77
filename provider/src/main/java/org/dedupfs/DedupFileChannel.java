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

  /**
   * Sees to it that the file reaches to the end of a range, as {@code posix_fallocate}: what is
   * there stays, what is added reads as zeros. Takes no space, and reserves none: what data costs
   * is not known before it is written.
   */
  public abstract void allocate(long offsetBytes, long lengthBytes) throws IOException;

  /** Turns a range into zeros that take no space; the file grows if the range ends beyond it. */
  public abstract void zeroRange(long offsetBytes, long lengthBytes) throws IOException;

  /**
   * Copies a range of another file, or of this one, to {@code offsetBytes}, holes included, as
   * {@code copy_file_range}. Stops at the end of the source. What the store has already costs a
   * reference where the chunks agree; {@code Files.copy} of a whole file costs nothing else.
   *
   * @param source of any store; its position is neither used nor changed
   * @return how many bytes were copied
   * @throws IllegalArgumentException if the ranges overlap in one file
   */
  public abstract long cloneRangeFrom(
      DedupFileChannel source, long sourceOffsetBytes, long offsetBytes, long lengthBytes)
      throws IOException;

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
