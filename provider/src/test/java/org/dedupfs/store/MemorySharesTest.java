package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemorySharesTest {
  private static final long MIB = 1L << 20;
  private static final long LARGE_HEAP = 1L << 40;

  private static long all(MemoryShares shares) {
    return shares.heapBytes()
        + shares.writeBufferBytes()
        + shares.blockIndexBytes()
        + shares.metadataPageBytes();
  }

  @Test
  void the_default_is_shared_out_as_documented() {
    MemoryShares shares = MemoryShares.of(StoreOptions.DEFAULT_MEMORY_BYTES, LARGE_HEAP);
    assertThat(shares)
        .isEqualTo(
            new MemoryShares(48 * MIB, 24 * MIB, 24 * MIB, 64 * MIB, 88 * MIB, 64 * MIB, 24 * MIB));
    assertThat(shares.heapBytes()).isEqualTo(160 * MIB);
  }

  @ParameterizedTest
  @ValueSource(longs = {64, 100, 512, 2048, 65_536})
  void shares_never_exceed_what_there_is(long mib) {
    MemoryShares shares = MemoryShares.of(mib * MIB, LARGE_HEAP);
    assertThat(all(shares)).isBetween(mib * MIB / 2, mib * MIB);
  }

  @Test
  void what_lives_in_the_heap_shrinks_with_a_small_one() {
    MemoryShares shares = MemoryShares.of(512 * MIB, 128 * MIB);
    assertThat(shares.heapBytes()).isLessThan(80 * MIB);
    assertThat(shares.writeBufferBytes()).isEqualTo(88 * MIB);
  }

  @Test
  void too_little_is_refused() {
    assertThatThrownBy(() -> MemoryShares.of(63 * MIB, LARGE_HEAP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64m");
  }
}
