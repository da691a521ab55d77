package org.dedupfs.nio;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.dedupfs.metadata.InodeNumber;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Locks behave within one JVM as those of the default file system. */
class FileLockTest extends SideBySide {

  @BeforeEach
  void makeFiles() throws Exception {
    both(
        d -> {
          Files.writeString(d.resolve("file"), "content");
          Files.createLink(d.resolve("same"), d.resolve("file"));
        });
  }

  private static FileChannel open(Path d) throws Exception {
    return FileChannel.open(d.resolve("file"), READ, WRITE);
  }

  @Test
  void overlapping_locks_are_refused_whoever_holds_them() {
    for (boolean shared : new boolean[] {true, false}) {
      for (String other : List.of("file", "same")) {
        same(
            d -> {
              try (FileChannel one = open(d);
                  FileChannel two = FileChannel.open(d.resolve(other), READ, WRITE)) {
                one.lock(0, 10, shared);
                return two.tryLock(9, 5, shared);
              }
            });
      }
    }
    same(
        d -> {
          try (FileChannel one = open(d)) {
            one.lock();
            return one.lock(5, 1, true);
          }
        });
  }

  @Test
  void locks_side_by_side_and_after_release_are_granted() {
    same(
        d -> {
          try (FileChannel one = open(d);
              FileChannel two = open(d)) {
            FileLock first = one.lock(0, 10, false);
            FileLock second = two.tryLock(10, 10, true);
            first.release();
            first.release();
            FileLock third = two.lock(0, 10, false);
            return List.of(
                first.isValid(),
                second.isValid(),
                second.isShared(),
                third.isValid(),
                third.position(),
                third.size(),
                third.acquiredBy() == two);
          }
        });
  }

  @Test
  void closing_the_channel_releases_its_locks() {
    same(
        d -> {
          FileChannel one = open(d);
          FileLock lock = one.lock();
          one.close();
          try (FileChannel two = open(d)) {
            return List.of(lock.isValid(), two.lock().isValid());
          }
        });
    same(
        d -> {
          FileChannel one = open(d);
          FileLock lock = one.lock();
          one.close();
          lock.release();
          return "";
        });
  }

  @Test
  void a_lock_of_a_closed_channel_does_not_get_into_the_table() throws Exception {
    FileLockTable table = new FileLockTable();
    InodeNumber inode = new InodeNumber(5);
    StoreFileLock.Range range = new StoreFileLock.Range(0, 5, false);
    FileChannel closed = FileChannel.open(ours.resolve("file"), WRITE);
    StoreFileLock late = new StoreFileLock(closed, inode, table, range);
    closed.close();
    assertThatThrownBy(() -> table.add(inode, late)).isInstanceOf(AsynchronousCloseException.class);
    try (FileChannel open = FileChannel.open(ours.resolve("file"), WRITE)) {
      table.add(inode, new StoreFileLock(open, inode, table, range));
    }
  }

  @Test
  void a_lock_that_no_thread_can_tell_of_is_not_kept() {
    same(
        d -> {
          ExecutorService threads = Executors.newSingleThreadExecutor();
          try (AsynchronousFileChannel channel =
              AsynchronousFileChannel.open(d.resolve("file"), Set.of(READ, WRITE), threads)) {
            threads.shutdown();
            List<Object> outcomes = new ArrayList<>();
            try {
              outcomes.add(channel.lock());
            } catch (RejectedExecutionException e) {
              outcomes.add("refused");
            }
            try {
              channel.lock(0, 5, true, "", new Unexpected());
            } catch (RejectedExecutionException e) {
              outcomes.add("refused");
            }
            outcomes.add(channel.tryLock().isValid());
            return outcomes;
          }
        });
  }

  /** Nobody is told. */
  private static final class Unexpected implements CompletionHandler<FileLock, String> {
    @Override
    public void completed(FileLock lock, String attachment) {
      throw new AssertionError("locked " + lock);
    }

    @Override
    public void failed(Throwable cause, String attachment) {
      throw new AssertionError(cause);
    }
  }

  @Test
  void a_lock_needs_the_mode_that_fits() {
    same(d -> FileChannel.open(d.resolve("file"), READ).lock());
    same(d -> FileChannel.open(d.resolve("file"), WRITE).lock(0, 1, true));
    same(d -> FileChannel.open(d.resolve("file"), READ).tryLock(0, 1, true).isShared());
    same(d -> open(d).lock(-1, 1, true));
    same(d -> open(d).lock(0, -1, true));
    same(d -> open(d).tryLock(Long.MAX_VALUE, 2, true));
  }
}
