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
  public abstract SweepSummary sweep(boolean dryRun) throws IOException;
}
