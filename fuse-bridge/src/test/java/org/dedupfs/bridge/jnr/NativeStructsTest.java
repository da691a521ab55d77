package org.dedupfs.bridge.jnr;

import static org.assertj.core.api.Assertions.assertThat;

import org.dedupfs.bridge.FileStatus;
import org.dedupfs.bridge.jnr.StructLayouts.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NativeStructsTest {
  private final long memory = NativeMemory.allocate(256);

  @AfterEach
  void free() {
    NativeMemory.free(memory);
  }

  private Long time(long seconds, long nanos) {
    NativeMemory.IO.putLong(memory, seconds);
    NativeMemory.IO.putLong(memory + StructLayouts.TIME_NANOS, nanos);
    return NativeStructs.time(memory, 42);
  }

  @Test
  void times_are_nanoseconds_now_or_nothing() {
    assertThat(time(3, 7)).isEqualTo(3_000_000_007L);
    assertThat(time(-1, 999_999_999)).isEqualTo(-1L);
    assertThat(time(0, (1L << 30) - 1)).isEqualTo(42L);
    assertThat(time(0, (1L << 30) - 2)).isNull();
  }

  @Test
  void times_too_far_away_become_the_nearest() {
    assertThat(time(Long.MAX_VALUE, 0)).isEqualTo(Long.MAX_VALUE);
    assertThat(time(Long.MIN_VALUE, 0)).isEqualTo(Long.MIN_VALUE);
    assertThat(time(9_223_372_035L, 999_999_999)).isEqualTo(9_223_372_035_999_999_999L);
    assertThat(time(9_223_372_036L, 999_999_999)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void a_status_fills_all_of_stat() {
    FileStatus status =
        new FileStatus(1L << 40, 0100644, 3, -2, 5, 6, 1L << 50, 513, -1, 1, 1_000_000_001);
    NativeStructs.put(memory, status);
    assertThat(NativeMemory.IO.getLong(memory + Stat.INO)).isEqualTo(1L << 40);
    assertThat(NativeMemory.IO.getInt(memory + Stat.MODE)).isEqualTo(0100644);
    assertThat(NativeMemory.IO.getInt(memory + Stat.NLINK)).isEqualTo(3);
    assertThat(NativeMemory.IO.getInt(memory + Stat.UID)).isEqualTo(-2);
    assertThat(NativeMemory.IO.getInt(memory + Stat.GID)).isEqualTo(5);
    assertThat(NativeMemory.IO.getLong(memory + Stat.RDEV)).isEqualTo(6);
    assertThat(NativeMemory.IO.getLong(memory + Stat.SIZE)).isEqualTo(1L << 50);
    assertThat(NativeMemory.IO.getLong(memory + Stat.BLOCKS)).isEqualTo(2);
    assertThat(NativeMemory.IO.getLong(memory + Stat.ATIME)).isEqualTo(-1);
    assertThat(NativeMemory.IO.getLong(memory + Stat.ATIME + 8)).isEqualTo(999_999_999);
    assertThat(NativeMemory.IO.getLong(memory + Stat.CTIME)).isEqualTo(1);
    assertThat(NativeMemory.IO.getLong(memory + Stat.CTIME + 8)).isEqualTo(1);
  }
}
