package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A move that replaces never shows its target missing, nor can lose it. */
class ReplacingMoveTest extends InStore {
  private static final int MOVES = 3000;

  @Test
  @Timeout(60)
  void a_target_of_another_kind_is_there_before_and_after() throws Exception {
    Path target = directory.resolve("target");
    Files.createFile(target);
    AtomicBoolean done = new AtomicBoolean();
    CountDownLatch looking = new CountDownLatch(1);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> missing =
          other.submit(
              () -> {
                int count = 0;
                while (!done.get()) {
                  count += Files.exists(target, LinkOption.NOFOLLOW_LINKS) ? 0 : 1;
                  looking.countDown();
                }
                return count;
              });
      looking.await();
      for (int i = 0; i < MOVES; i++) {
        Path source = directory.resolve("source" + i);
        if (i % 2 == 0) {
          Files.createDirectory(source);
        } else {
          Files.createFile(source);
        }
        Files.move(source, target, StandardCopyOption.REPLACE_EXISTING);
        assertThat(Files.isDirectory(target)).isEqualTo(i % 2 == 0);
      }
      done.set(true);
      assertThat(missing.get()).isZero();
    } finally {
      done.set(true);
      other.shutdownNow();
    }
  }
}
