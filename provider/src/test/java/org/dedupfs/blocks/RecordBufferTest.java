package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordBufferTest {
  private static Set<RecordBuffer> borrowed(RecordBuffer.Pool pool, int count) {
    Set<RecordBuffer> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < count; i++) {
      buffers.add(pool.borrow());
    }
    assertThat(buffers).hasSize(count); // none twice
    return buffers;
  }

  @Test
  void many_readers_at_once_leave_few_buffers_behind() {
    RecordBuffer.Pool pool = new RecordBuffer.Pool();
    Set<RecordBuffer> first = borrowed(pool, 200);
    first.forEach(pool::giveBack);
    Set<RecordBuffer> next = borrowed(pool, 200);
    next.retainAll(first);
    assertThat(next).hasSizeBetween(1, 32);
  }

  @Test
  void one_that_a_very_long_record_was_read_to_is_not_kept() {
    RecordBuffer.Pool pool = new RecordBuffer.Pool();
    RecordBuffer buffer = pool.borrow();
    assertThat(buffer.holds(16 << 20)).isFalse();
    assertThat(buffer.bytes()).hasSize(16 << 20);
    assertThat(buffer.holds(16 << 20)).isTrue();
    assertThat(buffer.length()).isEqualTo(16 << 20);
    pool.giveBack(buffer);
    assertThat(pool.borrow()).isNotSameAs(buffer);
  }
}
