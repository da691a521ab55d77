package org.dedupfs;

import org.jspecify.annotations.Nullable;

/**
 * Is told that the bytes or the size of a regular file have changed, through whichever door: a
 * channel, {@code Files.write}, the command. For those who keep copies of what they have read. Get
 * it going with {@link DedupFileSystem#onContentChange}.
 */
@FunctionalInterface
public interface ContentListener {
  /**
   * Called once the change is visible, on the thread that made it, which waits meanwhile and holds
   * no lock but that of its channel's position. A write that fails is told, too: part of it may
   * have been made. Changes of one file by several threads may be told in another order than they
   * were made in; {@link DedupFileChannel#generation} tells whether more has changed since. Must
   * not throw.
   *
   * <p>Not called for reads and access times, and not when a name comes to stand for another file:
   * renaming over a file, {@code Files.copy} and {@code Files.move} with {@code REPLACE_EXISTING}
   * leave the bytes of the replaced file as they are and put another file, of another inode number,
   * in its place. A new file is told when it is written to, not when it is made.
   *
   * @param ino the inode number
   * @param origin of the channel that the change was made through, null if it has none
   */
  void changed(long ino, @Nullable Object origin);
}
