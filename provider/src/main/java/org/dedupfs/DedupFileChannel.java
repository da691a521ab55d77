package org.dedupfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

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
   * {@code copy_file_range}; in append mode, too. Stops at the end of the source. Within one store
   * no data is read or written but ranges below 16 KiB: both files refer to the same blocks, or
   * parts of them. Becomes visible step by step, from the start on.
   *
   * @param source of any store; its position is neither used nor changed
   * @return how many bytes were copied
   * @throws IllegalArgumentException if the ranges overlap in one file
   */
  public abstract long cloneRangeFrom(
      DedupFileChannel source, long sourceOffsetBytes, long offsetBytes, long lengthBytes)
      throws IOException;

  /**
   * Writes all remaining bytes at the end of the file, whatever mode it was opened in: in one piece
   * against all other appends, and against all other writes up to 4 MiB. The position stays.
   *
   * @return the offset at which they begin; some bytes remain in {@code source} if more than 4 MiB
   *     were given and there was no space for all of them
   * @throws java.nio.channels.NonWritableChannelException if it was opened for reading only
   */
  public abstract long append(ByteBuffer source) throws IOException;

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

  /**
   * A number that changes whenever the bytes or the size of the file do, through whichever door.
   * Within one opening of the store no two states of a file have the same, closing and opening the
   * file again included; if nothing was changed, it is as a rule the same still. Who keeps what was
   * read asks before reading. Cheap; of a directory it is 0.
   */
  public abstract long generation();

  /**
   * Has the changes of bytes and size that are made through this channel from now on carry a mark,
   * by which a {@link ContentListener} knows them as its own. Null, as in the beginning, for none.
   */
  public abstract void setOrigin(@Nullable Object origin);

  /**
   * Fails as a write would if what was written to the file before cannot be stored. Costs nothing
   * and waits for nothing; does not say that it is stored already.
   */
  public abstract void checkWritten() throws IOException;

  /**
   * Takes away what a write by somebody unprivileged takes away: setuid, setgid of a file that its
   * group may execute, and the attribute {@code security.capability}, as {@code file_remove_privs}
   * on Linux. Costs nothing if there are none. For those who act for others; a channel writes
   * without it.
   */
  public abstract void clearPrivileges() throws IOException;

  /** The attributes of the file that is open, whatever happens to its names. */
  public abstract UnixFileAttributeView attributeView();

  /** The extended attributes of the file that is open, whatever happens to its names. */
  public abstract ExtendedAttributeView extendedAttributes();

  /** What the file that is open costs, whatever happens to its names. */
  public abstract DedupFileAttributeView dedupAttributes();

  /**
   * Gives the file that is open one more name, as {@code linkat} does by a descriptor.
   *
   * @param newName a path of the same file system
   * @throws java.nio.file.FileAlreadyExistsException if something has that name
   * @throws java.nio.file.NoSuchFileException if the file has no name any more, or the directory
   *     does not exist
   * @throws java.nio.file.ProviderMismatchException if it is another provider's
   */
  public abstract void linkTo(Path newName) throws IOException;
}
