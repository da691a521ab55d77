package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;

class MergePausesTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final MergePauses pauses =
      new MergePauses(
          new MergePauses.Merging() {
            @Override
            public long errors() {
              return errors;
            }

            @Override
            public void set(boolean on) {
              isOn = on;
            }
          },
          "a store");

  private long now = Long.MAX_VALUE - 5 * SECOND; // the clock may start anywhere
  private long errors;
  private boolean isOn = true;

  /** Each second one error while merging is on, as RocksDB does it. */
  private int secondsOn(int seconds, boolean failing) throws RocksDBException {
    int on = 0;
    for (int i = 0; i < seconds; i++) {
      on += isOn ? 1 : 0;
      errors += isOn && failing ? 1 : 0;
      now += SECOND;
      pauses.look(now);
    }
    return on;
  }

  @Test
  void what_goes_well_is_never_stopped() throws RocksDBException {
    assertThat(secondsOn(10_000, false)).isEqualTo(10_000);
  }

  @Test
  void a_few_errors_stop_nothing() throws RocksDBException {
    assertThat(secondsOn(MergePauses.MOST_ERRORS - 1, true)).isEqualTo(MergePauses.MOST_ERRORS - 1);
    assertThat(secondsOn(1_000, false)).isEqualTo(1_000);
  }

  @Test
  void what_fails_on_and_on_is_tried_ever_more_rarely() throws RocksDBException {
    assertThat(secondsOn(60, true)).isEqualTo(MergePauses.MOST_ERRORS);
    int day = (int) TimeUnit.DAYS.toSeconds(1);
    // 6 pauses of 1 to 32 minutes, then one each hour
    assertThat(secondsOn(day, true)).isBetween(22 * MergePauses.MOST_ERRORS, 90);
  }

  @Test
  void what_goes_well_again_begins_with_short_pauses_again() throws RocksDBException {
    int unused = secondsOn(4_000, true);
    unused = secondsOn(4_000, false);
    assertThat(secondsOn(10, true)).isEqualTo(MergePauses.MOST_ERRORS);
    assertThat(secondsOn(60, false)).isBetween(1, 10);
  }
}
