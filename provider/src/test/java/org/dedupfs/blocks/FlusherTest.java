package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FlusherTest {
  private static final long BUFFER_BYTES = 1_000;
  private static final BlockStatistics NOTHING = new BlockStatistics(0, 0, 0);

  private final StoreFailure failure = new StoreFailure();
  private volatile BlockWriter.Written written = new BlockWriter.Written(0, 0, 0, NOTHING);

  private void write(long bytes) {
    BlockWriter.Written before = written;
    written =
        new BlockWriter.Written(
            before.steps() + 1, before.putBytes() + bytes, before.lastAssigned() + 1, NOTHING);
  }

  @Test
  void who_waits_for_room_is_told_when_the_flush_in_the_background_ends_with_an_error()
      throws Exception {
    CountDownLatch waits = new CountDownLatch(1);
    Flusher.Flush exhausted =
        () -> {
          try {
            waits.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          throw new OutOfMemoryError("by request");
        };
    try (Flusher flusher = new Flusher(exhausted, () -> written, failure, BUFFER_BYTES)) {
      flusher.start();
      write(BUFFER_BYTES);
      FutureTask<Void> writer =
          new FutureTask<>(
              () -> {
                flusher.admit();
                return null;
              });
      Thread thread = new Thread(writer, "writer");
      thread.setDaemon(true);
      thread.start();
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      waits.countDown();
      assertThatThrownBy(() -> writer.get(30, TimeUnit.SECONDS))
          .hasRootCauseInstanceOf(OutOfMemoryError.class)
          .hasCauseInstanceOf(IOException.class);
      assertThatThrownBy(flusher::flush).hasMessageContaining("only reads since a write failed");
      assertThatThrownBy(flusher::admit).isInstanceOf(IOException.class);
      assertThat(flusher.durableUpTo()).isZero();
    }
  }

  @Test
  void very_many_small_writes_start_a_flush_and_another_only_when_as_many_gathered_meanwhile()
      throws Exception {
    CountDownLatch waits = new CountDownLatch(1);
    AtomicInteger flushes = new AtomicInteger();
    Flusher.Flush counted =
        () -> {
          flushes.incrementAndGet();
          try {
            waits.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        };
    try (Flusher flusher = new Flusher(counted, () -> written, failure, 1L << 40)) {
      flusher.start();
      for (int i = 0; i < Flusher.START_STEPS; i++) {
        write(1);
        flusher.written();
      }
      assertThat(flushes.get()).isZero();
      write(1);
      flusher.written();
      while (flushes.get() == 0) {
        Thread.onSpinWait();
      }
      write(1);
      flusher.written();
      waits.countDown();
      while (flusher.durableUpTo() < Flusher.START_STEPS + 1) {
        Thread.onSpinWait();
      }
      assertThat(flusher.unflushedBytes()).isOne();
      flusher.request();
      while (flusher.unflushedBytes() > 0) {
        Thread.onSpinWait();
      }
      assertThat(flushes.get()).isEqualTo(2);
    }
  }

  @Test
  void an_error_in_a_flush_that_somebody_asked_for_is_final_too() {
    Flusher.Flush broken =
        () -> {
          throw new IllegalStateException("by request");
        };
    try (Flusher flusher = new Flusher(broken, () -> written, failure, BUFFER_BYTES)) {
      flusher.start();
      write(1);
      assertThatThrownBy(flusher::flush).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(flusher::flush).isInstanceOf(IOException.class);
      assertThat(flusher.durableUpTo()).isZero();
    }
  }

  @Test
  void what_fails_beside_flushes_ends_none_of_them() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    CountDownLatch flushed = new CountDownLatch(1);
    Flusher.Flush looking =
        new Flusher.Flush() {
          @Override
          public void run() {
            flushed.countDown();
          }

          @Override
          public void look() {
            if (looks.incrementAndGet() % 2 == 0) {
              throw new OutOfMemoryError("by request");
            }
            throw new IllegalStateException("by request");
          }
        };
    try (Flusher flusher = new Flusher(looking, () -> written, failure, BUFFER_BYTES, 1_000)) {
      flusher.start();
      while (looks.get() < 4) {
        Thread.onSpinWait();
      }
      write(BUFFER_BYTES);
      flusher.admit();
      flushed.await();
      assertThat(failure.isSet()).isFalse();
    }
  }
}
