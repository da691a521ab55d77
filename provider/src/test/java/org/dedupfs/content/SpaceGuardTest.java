package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SpaceGuardTest {
  private static final long MIB = 1L << 20;

  private final AtomicLong promised = new AtomicLong();

  /** A disk of a size of which some is free, an eighth of that for its administrator only. */
  private record Disk(long totalBytes, long unallocatedBytes) implements DiskSpace {
    @Override
    public long usableBytes() {
      return unallocatedBytes - unallocatedBytes / 8;
    }
  }

  private SpaceGuard guard(long totalMib, long freeMib) throws IOException {
    return new SpaceGuard(new Disk(totalMib * MIB, freeMib * MIB), promised::get);
  }

  @Test
  void what_is_kept_in_reserve_and_what_was_promised_is_not_left() throws Exception {
    promised.set(100 * MIB);
    assertThat(guard(100_000, 8_000).left())
        .isEqualTo(new SpaceLeft(100_000 * MIB, 7_900 * MIB, (7_000 - 100 - 256) * MIB));
    assertThat(guard(1_000, 800).left())
        .isEqualTo(new SpaceLeft(1_000 * MIB, 700 * MIB, (700 - 100 - 50) * MIB));
  }

  @Test
  void nothing_is_left_of_a_full_disk_and_never_less() throws Exception {
    promised.set(100 * MIB);
    assertThat(guard(100_000, 80).left()).isEqualTo(new SpaceLeft(100_000 * MIB, 0, 0));
  }

  @Test
  void what_is_said_to_be_left_is_what_is_admitted() throws Exception {
    promised.set(10 * MIB);
    SpaceGuard guard = guard(1_000, 80);
    long left = guard.left().usableBytes();
    assertThat(left).isEqualTo(10 * MIB);
    assertThatThrownBy(() -> guard.admit(left + 1)).isInstanceOf(StoreFullException.class);
    guard.admit(left);
  }
}
