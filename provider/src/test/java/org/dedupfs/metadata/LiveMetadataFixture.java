package org.dedupfs.metadata;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** Live metadata over a store that a test can step into, and short ways to change it. */
abstract class LiveMetadataFixture {
  private static final int HIGHEST_INODE = 9;

  final CountingStore store = new CountingStore(new InMemoryMetadataStore());
  LiveMetadata live;

  @BeforeEach
  void open() throws IOException {
    live = new LiveMetadata(store, 1 << 20);
  }

  /** For tests that put rows of inodes and open the store again. */
  void issueInodeNumbers() throws IOException {
    try (Change change = live.begin()) {
      InodeNumber issued = change.newInodeNumber();
      while (issued.value() < HIGHEST_INODE) {
        issued = change.newInodeNumber();
      }
    }
  }

  void put(Row... rows) throws IOException {
    try (Change change = live.begin()) {
      for (Row row : rows) {
        change.put(row);
      }
      change.publish();
    }
  }

  void delete(RowKey<?> key) throws IOException {
    try (Change change = live.begin()) {
      change.delete(key);
      change.publish();
    }
  }

  FrozenChanges freeze() throws IOException {
    try (Change change = live.begin()) {
      return change.publishAndFreeze();
    }
  }

  void commit() throws IOException {
    live.commit(freeze());
  }

  List<Dentry> list(RowReader rows, int limit) throws IOException {
    return rows.range(
        RowKey.dentriesFrom(Rows.ROOT, 0), RowKey.dentriesFrom(Rows.ROOT, Long.MAX_VALUE), limit);
  }
}
