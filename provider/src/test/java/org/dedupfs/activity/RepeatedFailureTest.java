package org.dedupfs.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RepeatedFailureTest {
  private final AtomicLong clock = new AtomicLong(-5);
  private final RepeatedFailure failure = new RepeatedFailure(clock::get);

  @Test
  void the_same_failure_is_news_once_in_ten_minutes_and_another_one_at_once() {
    assertThat(failure.isNews("no space")).isTrue();
    assertThat(failure.isNews("no space")).isFalse();
    assertThat(failure.isNews("an error")).isTrue();
    assertThat(failure.isNews("no space")).isTrue();
    clock.addAndGet(Duration.ofMinutes(10).toNanos() - 1);
    assertThat(failure.isNews("no space")).isFalse();
    clock.incrementAndGet();
    assertThat(failure.isNews("no space")).isTrue();
  }

  @Test
  void success_is_news_after_a_failure_only() {
    assertThat(failure.hasEnded()).isFalse();
    assertThat(failure.isNews("no space")).isTrue();
    assertThat(failure.hasEnded()).isTrue();
    assertThat(failure.hasEnded()).isFalse();
    assertThat(failure.isNews("no space")).isTrue();
  }
}
