package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;

class FlushWatchTest {
  /** Ends by itself if the watch does not. */
  private static final int FOR_EVER = 1_000_000;

  /** A flush as a script: how it looks after so many pauses. */
  private static final class Script implements FlushWatch.Observed {
    private int pauses;
    private int runsFrom = FOR_EVER;
    private int endsAfter = FOR_EVER;
    private int errsAfter = FOR_EVER;
    private int isFatalAfter = FOR_EVER;
    private long errorsBefore;

    @Override
    public boolean isWaiting() {
      if (pauses >= FOR_EVER) {
        throw new AssertionError("waits for ever");
      }
      return pauses < endsAfter;
    }

    @Override
    public long runningFlushes() {
      return pauses >= runsFrom && pauses < Math.min(endsAfter, errsAfter) ? 1 : 0;
    }

    @Override
    public long errors() {
      return errorsBefore + (pauses >= errsAfter ? 1 : 0);
    }

    @Override
    public void check() throws RocksDBException {
      if (pauses >= isFatalAfter) {
        throw new RocksDBException("fatal");
      }
    }

    @Override
    public void pause(long nanos) {
      pauses++;
    }
  }

  private final Script script = new Script();

  @Test
  void a_flush_that_runs_is_waited_for_however_long_it_takes() throws RocksDBException {
    script.runsFrom = 0;
    script.endsAfter = 900_000;
    assertThat(new FlushWatch(script).await()).isTrue();
  }

  @Test
  void a_flush_that_begins_late_after_an_error_of_a_compaction_is_waited_for()
      throws RocksDBException {
    script.errorsBefore = 3;
    script.runsFrom = 800;
    script.endsAfter = 100_000;
    assertThat(new FlushWatch(script).await()).isTrue();
  }

  @Test
  void a_flush_that_fails_is_not_waited_for() throws RocksDBException {
    script.runsFrom = 0;
    script.errsAfter = 120;
    assertThat(new FlushWatch(script).await()).isFalse();
    assertThat(script.pauses).isLessThan(300);
  }

  @Test
  void a_flush_that_had_failed_before_the_errors_were_counted_is_not_waited_for()
      throws RocksDBException {
    script.errorsBefore = 1;
    assertThat(new FlushWatch(script).await()).isFalse();
    assertThat(script.pauses).isLessThan(2_000);
  }

  @Test
  void a_flush_that_nobody_begins_is_not_waited_for() throws RocksDBException {
    assertThat(new FlushWatch(script).await()).isFalse();
  }

  @Test
  void what_is_fatal_is_thrown() throws RocksDBException {
    script.runsFrom = 0;
    script.isFatalAfter = 70;
    FlushWatch watch = new FlushWatch(script);
    assertThatThrownBy(watch::await).isInstanceOf(RocksDBException.class);
  }

  @Test
  void an_interrupt_does_not_end_it_and_is_not_lost() throws RocksDBException {
    script.runsFrom = 0;
    script.endsAfter = 100;
    Thread.currentThread().interrupt();
    assertThat(new FlushWatch(script).await()).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }
}
