package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Removes trees, never following a link; memory grows with their depth only. What is interrupted
 * can be repeated. One thread at a time; any other may ask how far it is.
 */
public final class TreeRemoval {
  private final TransferListener listener;
  private final AtomicLong files = new AtomicLong();
  private final AtomicLong directories = new AtomicLong();

  public TreeRemoval(TransferListener listener) {
    this.listener = listener;
  }

  /** A directory on the way to what is being removed. */
  private record Level(Path directory, DirectoryStream<Path> stream, Iterator<Path> left) {}

  /**
   * Removes {@code path} and all below.
   *
   * @throws TransferStoppedException if the listener asked to stop
   */
  public void remove(Path path) throws IOException {
    Deque<Level> levels = new ArrayDeque<>();
    try {
      enterOrDelete(path, levels);
      while (!levels.isEmpty()) {
        if (listener.stopRequested()) {
          throw new TransferStoppedException();
        }
        Level level = levels.getLast();
        if (level.left().hasNext()) {
          enterOrDelete(level.left().next(), levels);
        } else {
          levels.removeLast().stream().close();
          Files.delete(level.directory());
          directories.incrementAndGet();
          listener.copied(level.directory().toString());
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } finally {
      for (Level level : levels) {
        level.stream().close();
      }
    }
  }

  @SuppressWarnings("StreamResourceLeak") // Whoever leaves the level closes it.
  private void enterOrDelete(Path path, Deque<Level> levels) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      DirectoryStream<Path> stream = Files.newDirectoryStream(path);
      levels.addLast(new Level(path, stream, stream.iterator()));
    } else {
      Files.delete(path);
      files.incrementAndGet();
      listener.copied(path.toString());
    }
  }

  /** What is gone, but directories. */
  public long files() {
    return files.get();
  }

  public long directories() {
    return directories.get();
  }
}
