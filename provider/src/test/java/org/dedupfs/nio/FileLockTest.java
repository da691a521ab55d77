package org.dedupfs.nio;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  void a_lock_needs_the_mode_that_fits() {
    same(d -> FileChannel.open(d.resolve("file"), READ).lock());
    same(d -> FileChannel.open(d.resolve("file"), WRITE).lock(0, 1, true));
    same(d -> FileChannel.open(d.resolve("file"), READ).tryLock(0, 1, true).isShared());
    same(d -> open(d).lock(-1, 1, true));
    same(d -> open(d).lock(0, -1, true));
    same(d -> open(d).tryLock(Long.MAX_VALUE, 2, true));
  }
}
