package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.store.StoreFixture.bytes;
import static org.dedupfs.store.StoreFixture.read;
import static org.dedupfs.store.StoreFixture.write;

import java.io.IOException;
import org.dedupfs.RepairSummary;

/** A store with some of everything, to be damaged and repaired. */
abstract class AbstractRepairTest extends AbstractDamageTest {
  AbstractRepairTest() {
    super("/d/e/g");
  }

  DamagedStore.Heard repair() throws IOException {
    DamagedStore.Heard heard = new DamagedStore.Heard();
    RepairSummary summary = Store.repair(store.directory(), StoreFixture.options().build(), heard);
    assertThat(summary.repaired()).isEqualTo(heard.repairs.size());
    assertThat(summary.left()).isEqualTo(heard.findings.size());
    assertThat(store.check()).as("left").containsExactlyElementsOf(heard.findings);
    return heard;
  }

  void repairWhole() throws IOException {
    DamagedStore.Heard heard = repair();
    assertThat(heard.findings).isEmpty();
    assertThat(heard.repairs).isNotEmpty();
  }

  void assertAllThere() throws IOException {
    try (Store open = StoreFixture.open(store.directory())) {
      assertThat(read(open.tree(), "/d/f")).isEqualTo(CONTENT);
      assertThat(read(open.tree(), "/h")).isEqualTo(CONTENT);
      assertThat(read(open.tree(), "/d/e/g")).isEqualTo(OTHER);
      assertThat(open.tree().readSymlink(link)).isEqualTo(bytes("target"));
      assertThat(open.tree().stat(file).nlink()).isEqualTo(2);
    }
  }

  void assertStillDeduplicates() throws IOException {
    try (Store open = StoreFixture.open(store.directory())) {
      long before = open.statistics().blocks();
      write(open.tree(), "/again", CONTENT);
      open.syncAll();
      assertThat(open.statistics().blocks()).isEqualTo(before);
    }
  }
}
