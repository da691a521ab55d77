package org.dedupfs.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a close of a file may take for durable. */
@Timeout(60)
final class UnsyncedChangesTest {
  private final UnsyncedChanges unsynced = new UnsyncedChanges();

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void changes_are_unsynced_until_a_sync_has_returned() throws Exception {
    unsynced.add();
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<Boolean> first =
          other.submit(
              () -> {
                unsynced.sync(
                    () -> {
                      began.countDown();
                      await(mayEnd);
                    });
                return unsynced.any();
              });
      await(began);
      assertThat(unsynced.any()).as("while another syncs").isTrue();
      mayEnd.countDown();
      assertThat(first.get()).isFalse();
    } finally {
      mayEnd.countDown();
      other.shutdownNow();
    }
  }

  @Test
  void changes_of_a_sync_that_failed_stay_unsynced() throws IOException {
    unsynced.add();
    assertThatThrownBy(
            () ->
                unsynced.sync(
                    () -> {
                      throw new IOException("no space");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(unsynced.any()).isTrue();
    unsynced.sync(() -> {});
    assertThat(unsynced.any()).isFalse();
  }

  @Test
  void a_change_during_a_sync_is_left_for_the_next() throws IOException {
    unsynced.sync(unsynced::add);
    assertThat(unsynced.any()).isTrue();
    unsynced.sync(() -> unsynced.sync(() -> {}));
    assertThat(unsynced.any()).isFalse();
  }
}
