package org.dedupfs.bridge.jnr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that take work from a queue as serving threads take requests from the kernel. */
@Timeout(60)
class ReadyThreadsTest {
  private static final int THREADS = 10;

  private final ReadyThreads ready = new ReadyThreads();
  private final BlockingQueue<Optional<Runnable>> requests = new LinkedBlockingQueue<>();
  private final AtomicInteger served = new AtomicInteger();
  private final List<Thread> threads = new ArrayList<>();

  private void start() {
    for (int i = 0; i < THREADS; i++) {
      Thread thread = new Thread(this::serve);
      threads.add(thread);
      thread.start();
    }
  }

  private void serve() {
    boolean more = true;
    while (more) {
      Optional<Runnable> request;
      ready.enter();
      try {
        request = requests.take();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      } finally {
        ready.leave();
      }
      request.ifPresent(Runnable::run);
      served.incrementAndGet();
      more = request.isPresent();
    }
    ready.end();
  }

  @AfterEach
  void all_threads_end_though_most_of_them_rest() throws InterruptedException {
    for (int i = 0; i < THREADS; i++) {
      requests.add(Optional.empty());
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(ready.restingCount()).isZero();
  }

  private void request(Runnable work) {
    requests.add(Optional.of(work));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  @Test
  void of_idle_threads_all_but_two_rest() throws InterruptedException {
    start();
    await(() -> ready.restingCount() == THREADS - 2);
    request(() -> {});
    await(() -> served.get() == 1);
    await(() -> ready.restingCount() == THREADS - 2);
  }

  @Test
  void as_many_requests_are_served_at_once_as_there_are_threads() throws InterruptedException {
    start();
    CountDownLatch together = new CountDownLatch(THREADS);
    for (int i = 0; i < THREADS; i++) {
      request(
          () -> {
            together.countDown();
            try {
              together.await(); // Ends only if all are served at the same time.
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          });
    }
    together.await();
    await(() -> served.get() == THREADS);
  }

  @Test
  void no_request_waits_for_one_that_takes_long() throws InterruptedException {
    start();
    CountDownLatch release = new CountDownLatch(1);
    for (int i = 0; i < THREADS - 1; i++) {
      request(
          () -> {
            try {
              release.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          });
    }
    try {
      for (int i = 0; i < 2000; i++) {
        int before = i;
        request(() -> {});
        await(() -> served.get() > before);
      }
    } finally {
      release.countDown();
    }
  }

  @Test
  void after_the_end_nobody_rests() throws InterruptedException {
    start();
    await(() -> ready.restingCount() > 0);
    ready.end();
    assertThat(ready.restingCount()).isZero();
    for (int i = 0; i < 100; i++) {
      request(() -> {});
    }
    await(() -> served.get() == 100);
    assertThat(ready.restingCount()).isZero();
  }
}
