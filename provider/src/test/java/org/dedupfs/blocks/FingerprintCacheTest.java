package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.ObjLongConsumer;
import org.junit.jupiter.api.Test;

class FingerprintCacheTest {
  private final ConcurrentSkipListMap<Long, BlockHash> disk = new ConcurrentSkipListMap<>();
  private int loads;

  private final FingerprintCache cache =
      new FingerprintCache(
          32,
          20 * FingerprintCache.PAGE_IDS * 40L,
          new FingerprintCache.Loader() {
            @Override
            public boolean holds(long id, BlockHash hash) {
              return hash.equals(disk.get(id));
            }

            @Override
            public void load(long first, ObjLongConsumer<byte[]> hashes) {
              loads++;
              disk.subMap(first, first + FingerprintCache.PAGE_IDS)
                  .forEach((id, hash) -> hashes.accept(hash.toBytes(), id));
            }
          });

  private static BlockHash hash(long id) {
    return BlockHash.of(Blocks.random(id, 32));
  }

  private void fill(int blocks) {
    for (long id = 1; id <= blocks; id++) {
      disk.put(id, hash(id));
    }
  }

  @Test
  void a_stream_in_its_old_order_costs_one_load_for_a_page() throws IOException {
    fill(10_000);
    int misses = 0;
    for (long id = 1; id <= 10_000; id++) {
      if (cache.find(hash(id)) != id) {
        misses++;
        assertThat(cache.matches(id, hash(id))).isTrue();
      }
    }
    assertThat(loads).isEqualTo(10);
    assertThat(misses).isLessThan(400);
  }

  @Test
  void memory_is_bounded() throws IOException {
    fill(100_000);
    for (long id = 1; id <= 100_000; id += 500) {
      assertThat(cache.matches(id, hash(id))).isTrue();
    }
    assertThat(cache.pages()).isLessThanOrEqualTo(20);
  }

  @Test
  void tells_other_hashes_and_absent_ids() throws IOException {
    fill(100);
    assertThat(cache.matches(5, hash(6))).isFalse();
    assertThat(cache.matches(5_000_000, hash(6))).isFalse();
    assertThat(cache.find(hash(101))).isZero();
  }

  @Test
  void follows_what_is_put_and_removed() throws IOException {
    fill(100);
    assertThat(cache.matches(1, hash(1))).isTrue();
    assertThat(loads).as("one hit is no stream").isZero();
    assertThat(cache.matches(1, hash(1))).isTrue();
    assertThat(loads).isEqualTo(1);
    disk.put(101L, hash(101));
    cache.put(101, hash(101));
    assertThat(cache.find(hash(101))).isEqualTo(101);
    disk.remove(50L);
    cache.remove(50);
    assertThat(cache.find(hash(50))).isZero();
    assertThat(cache.matches(50, hash(50))).isFalse();
    assertThat(cache.find(hash(51))).isEqualTo(51);
  }
}
