package org.dedupfs;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;

/**
 * An open store as a file system. {@code close()} commits everything, closes every channel and
 * stream, and makes what is there durable.
 */
public abstract class DedupFileSystem extends FileSystem {

  /** For the provider. */
  protected DedupFileSystem() {}

  /** The URI of the root; that of a path is {@link Path#toUri()}. */
  public abstract URI uri();

  /** The store's directory on the host, without symbolic links. */
  public abstract Path storeDirectory();

  /**
   * All directories of the host that the store keeps anything in: its own, and those of metadata
   * and blocks where they are elsewhere. Nobody else may write there. Without symbolic links.
   */
  public abstract Set<Path> hostDirectories() throws IOException;

  /** What the store holds, in milliseconds at any size. */
  public abstract StoreStatistics statistics() throws IOException;

  /**
   * What was done since the store was opened, by whomever, and what is in memory now. Costs
   * microseconds; after closing it tells how it ended.
   *
   * @throws IOException if another process has the store open, and cannot be asked
   */
  public abstract StoreActivity activity() throws IOException;

  /**
   * Opens a directory to be read in steps.
   *
   * @param directory a path of this file system; a symbolic link is followed
   * @throws java.nio.file.NotDirectoryException if it is something else
   * @throws java.nio.file.ProviderMismatchException if it is another provider's
   */
  public abstract DirectoryCursor openDirectory(Path directory) throws IOException;

  /**
   * Makes a symbolic link, as {@code Files.createSymbolicLink}, with a target that is kept byte for
   * byte: a {@link Path} knows no double and no trailing slashes.
   *
   * @param target not empty, without NUL
   */
  public abstract void createSymbolicLink(Path link, byte[] target, FileAttribute<?>... attributes)
      throws IOException;

  /**
   * The target of a symbolic link, byte for byte.
   *
   * @throws java.nio.file.NotLinkException if it is something else
   */
  public abstract byte[] readSymbolicLink(Path link) throws IOException;

  /** When written data becomes durable in this opening of the store without being asked to. */
  public abstract DedupOptions.Durability durability();

  /**
   * Has {@code listener} told of each change of a file's bytes or size from now on. Costs a write
   * next to nothing while there is no listener.
   *
   * @return closed to end it; then changes under way may be told still. Never fails, may be closed
   *     twice
   */
  public abstract Closeable onContentChange(ContentListener listener);

  /** Makes everything done so far durable. */
  public abstract void sync() throws IOException;

  /** Frees the blocks that no file uses any more, while work goes on. */
  public final SweepSummary sweep() throws IOException {
    return sweep(false);
  }

  /**
   * As {@link #sweep()}, or, when {@code dryRun}, only tells what it would free. Ends early, having
   * lost nothing, when the thread is interrupted ({@link java.io.InterruptedIOException}) or the
   * file system is closed.
   */
  public final SweepSummary sweep(boolean dryRun) throws IOException {
    return sweep(dryRun, finding -> {});
  }

  /**
   * As {@link #sweep(boolean)}.
   *
   * @param listener told of progress, and may end it as an interrupt does; a sweep finds nothing
   */
  public abstract SweepSummary sweep(boolean dryRun, MaintenanceListener listener)
      throws IOException;

  /**
   * Checks what is in the store now: names, attributes and what files consist of against each other
   * and against what is known of blocks, whose bytes are not read. Work goes on meanwhile, sweeps
   * excepted; what is written during the check takes space until its end that is given back then.
   * Nothing is changed. Memory does not grow with the store.
   *
   * @param listener told of each finding, with the names of the files it is about, and of progress
   * @throws java.io.InterruptedIOException if the thread is interrupted, the listener stops it, or
   *     the file system is closed
   */
  public abstract CheckSummary check(MaintenanceListener listener) throws IOException;

  /**
   * Reads and verifies every block, and names every range of every file that cannot be read. Work
   * goes on meanwhile, sweeps excepted. A damaged block is remembered: reading it fails, and
   * writing the same data again, to whatever file, heals it for all files.
   *
   * <p>Can be stopped at any time: the next scrub goes on there, unless told to begin anew or the
   * store is open for reading only.
   *
   * @param listener told of each damaged range when all blocks were read, and of progress
   * @throws java.io.InterruptedIOException if the thread is interrupted, the listener stops it, or
   *     the file system is closed
   */
  public abstract ScrubSummary scrub(ScrubOptions options, MaintenanceListener listener)
      throws IOException;
}
