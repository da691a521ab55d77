package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.dedupfs.blocks.BlockDamagedException;
import org.dedupfs.blocks.BlockHash;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.InMemoryBlockStore;
import org.dedupfs.metadata.InMemoryMetadataStore;
import org.dedupfs.metadata.JournalEntry;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.Property;
import org.dedupfs.testing.Interposed;
import org.junit.jupiter.api.Test;

class JournalTest {
  private final InMemoryMetadataStore metadata = new InMemoryMetadataStore();
  private final BlockLease lease = new BlockLease(metadata);
  private final Journal journal = new Journal(metadata);
  private InMemoryBlockStore blocks = new InMemoryBlockStore(lease);

  @Test
  void records_that_a_crash_lost_are_put_back_and_stay_until_they_are_durable() throws IOException {
    List<BlockId> ids = new ArrayList<>();
    List<Integer> checks = new ArrayList<>();
    MetadataBatch batch = new MetadataBatch();
    for (int i = 0; i < 200; i++) {
      ByteBuffer raw = ByteBuffer.wrap(StoreFixture.random(i, 100));
      BlockHash hash = blocks.hash(raw);
      BlockId id = blocks.put(blocks.encode(hash, raw));
      ids.add(id);
      checks.add(hash.check());
      batch.put(new JournalEntry(id.value(), blocks.record(id)));
    }
    metadata.commit(batch);
    blocks = blocks.crash();
    assertThatThrownBy(() -> blocks.read(ids.get(0), checks.get(0)))
        .isInstanceOf(BlockDamagedException.class);

    for (int crash = 0; crash < 2; crash++) {
      SortedMap<Long, Integer> recordBytes = journal.restore(blocks);
      assertThat(recordBytes.keySet()).containsExactlyElementsOf(values(ids));
      for (int i = 0; i < 200; i++) {
        assertThat(blocks.read(ids.get(i), checks.get(i))).isEqualTo(StoreFixture.random(i, 100));
        assertThat(recordBytes.get(ids.get(i).value())).isEqualTo(blocks.record(ids.get(i)).length);
      }
      blocks = blocks.crash();
    }
    journal.restore(blocks);
    journal.retire(blocks);
    assertThat(journal.isEmpty()).isTrue();
    blocks = blocks.crash();
    for (int i = 0; i < 200; i++) {
      assertThat(blocks.read(ids.get(i), checks.get(i))).isEqualTo(StoreFixture.random(i, 100));
    }
  }

  private static List<Long> values(List<BlockId> ids) {
    return ids.stream().map(BlockId::value).toList();
  }

  @Test
  void very_many_records_are_retired_in_few_commits() throws IOException {
    int records = 20_000;
    MetadataBatch batch = new MetadataBatch();
    for (int i = 1; i <= records; i++) {
      batch.put(new JournalEntry(i, new byte[50]));
    }
    metadata.commit(batch);
    AtomicInteger commits = new AtomicInteger();
    MetadataStore counted =
        Interposed.around(
            MetadataStore.class,
            metadata,
            (method, arguments) -> {
              if (method.equals("commit")) {
                commits.incrementAndGet();
              }
            });
    new Journal(counted).retire(blocks);
    assertThat(journal.isEmpty()).isTrue();
    assertThat(commits.get()).isBetween(1, 3);
  }

  @Test
  void ids_are_leased_once_whatever_is_lost() throws IOException {
    long first = lease.lease(10);
    assertThat(lease.lease(5)).isEqualTo(first + 10);
    assertThat(new BlockLease(metadata).lease(1)).isEqualTo(first + 15);
  }

  @Test
  void a_lease_that_is_no_number_is_damage() throws IOException {
    metadata.commit(new MetadataBatch().put(new Property(Property.BLOCK_LEASE, "many")));
    assertThatThrownBy(() -> lease.lease(1)).isInstanceOf(MetadataDamagedException.class);
  }
}
