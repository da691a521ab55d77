package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;

class MergePausesTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private long now = Long.MAX_VALUE - 5 * SECOND; // the clock may start anywhere
  private long errors;
  private boolean canBeSet = true;
  private boolean isOn = true;

  private final MergePauses pauses =
      new MergePauses(
          new MergePauses.Merging() {
            @Override
            public long errors() {
              return errors;
            }

            @Override
            public void set(boolean on) throws RocksDBException {
              isOn = on; // RocksDB lets it hold and says that it could not be written down
              if (!canBeSet) {
                throw new RocksDBException("by request");
              }
            }
          },
          "a store",
          now);

  private int secondsOn(int seconds, boolean failing) {
    return secondsOn(seconds, failing ? 1 : Integer.MAX_VALUE);
  }

  /** How many seconds merging is on, with an error after so many each, as RocksDB does it. */
  private int secondsOn(int seconds, int errorAfter) {
    int secondsOn = 0;
    for (int i = 0; i < seconds; i++) {
      secondsOn += isOn ? 1 : 0;
      errors += isOn && secondsOn % errorAfter == 0 ? 1 : 0;
      now += SECOND;
      try {
        pauses.look(now);
      } catch (RocksDBException e) {
        assertThat(canBeSet).as("is told: %s", e).isFalse();
      }
    }
    return secondsOn;
  }

  @Test
  void what_goes_well_is_never_stopped() {
    assertThat(secondsOn(10_000, false)).isEqualTo(10_000);
  }

  @Test
  void a_few_errors_stop_nothing() {
    assertThat(secondsOn(MergePauses.MOST_ERRORS - 1, true)).isEqualTo(MergePauses.MOST_ERRORS - 1);
    assertThat(secondsOn(1_000, false)).isEqualTo(1_000);
  }

  @Test
  void what_fails_on_and_on_is_tried_ever_more_rarely() {
    assertThat(secondsOn(60, true)).isEqualTo(MergePauses.MOST_ERRORS);
    int day = (int) TimeUnit.DAYS.toSeconds(1);
    // 6 pauses of 1 to 32 minutes, then one each hour
    assertThat(secondsOn(day, true)).isBetween(22 * MergePauses.MOST_ERRORS, 90);
  }

  @Test
  void what_goes_well_again_begins_with_short_pauses_again() {
    int unused = secondsOn(4_000, true);
    unused = secondsOn(8_000, false);
    assertThat(secondsOn(10, true)).isEqualTo(MergePauses.MOST_ERRORS);
    assertThat(secondsOn(60, false)).isBetween(1, 10);
  }

  @Test
  void what_takes_long_to_fail_is_tried_ever_more_rarely_too() {
    int day = (int) TimeUnit.DAYS.toSeconds(1);
    // 3 tries of a minute each, then a pause: nearly all of the day are pauses of an hour
    assertThat(secondsOn(day, 60)).isLessThan(day / 10);
  }

  @Test
  void an_error_now_and_then_stops_nothing() {
    int day = (int) TimeUnit.DAYS.toSeconds(1);
    assertThat(secondsOn(day, 500)).isEqualTo(day);
  }

  @Test
  void what_cannot_be_told_is_told_later() {
    assertThat(secondsOn(MergePauses.MOST_ERRORS, true)).isPositive();
    canBeSet = false;
    assertThat(secondsOn(60, false)).isLessThan(2);
    assertThat(pauses.isPaused()).isFalse();
    isOn = false; // that it goes on was not even taken in
    canBeSet = true;
    assertThat(secondsOn(100, false)).isEqualTo(99);
  }

  @Test
  void a_full_disk_that_lets_nothing_be_told_is_tried_as_rarely_as_another() {
    canBeSet = false;
    int day = (int) TimeUnit.DAYS.toSeconds(1);
    assertThat(secondsOn(day, true)).isBetween(22 * MergePauses.MOST_ERRORS, 100);
  }

  @Test
  void a_pause_that_was_not_taken_in_is_asked_for_again() {
    assertThat(secondsOn(MergePauses.MOST_ERRORS, true)).isPositive();
    isOn = true;
    assertThat(secondsOn(50, true)).isEqualTo(MergePauses.MOST_ERRORS);
    assertThat(isOn).isFalse();
  }
}
