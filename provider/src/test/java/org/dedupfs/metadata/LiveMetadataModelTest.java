package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random operations against a plain map: changes, undone changes, commits, crashes. */
class LiveMetadataModelTest {
  @TempDir Path directory;

  private MetadataStore store;
  private LiveMetadata live;
  private Random random;
  private TreeMap<RowKey<?>, Row> visible = new TreeMap<>();
  private TreeMap<RowKey<?>, Row> committed = new TreeMap<>();

  /** What a frozen set will make of {@code committed}. */
  private @Nullable TreeMap<RowKey<?>, Row> frozenState;

  private @Nullable FrozenChanges frozen;

  /** The highest inode number issued: rows of higher ones do not occur. */
  private int issued = 1;

  @FunctionalInterface
  private interface Reopening {
    MetadataStore reopen(MetadataStore old) throws IOException;
  }

  @Test
  void in_memory() throws IOException {
    store = new InMemoryMetadataStore();
    run(5000, old -> old);
  }

  @Test
  void in_sqlite() throws IOException {
    store = SqliteMetadataStore.create(directory, SqliteOptions.DEFAULT);
    run(
        500,
        old -> {
          old.close();
          return SqliteMetadataStore.open(directory, SqliteOptions.DEFAULT);
        });
    store.close();
  }

  private void run(int steps, Reopening reopening) throws IOException {
    random = new Random(Seeds.next());
    live = new LiveMetadata(store, cacheBytes());
    for (int i = 0; i < steps; i++) {
      switch (random.nextInt(12)) {
        case 0 -> freeze();
        case 1 -> commit();
        case 2 -> {
          if (random.nextInt(10) == 0) {
            crash(reopening);
          }
        }
        default -> change();
      }
      compare(live, visible);
    }
  }

  private long cacheBytes() {
    return random.nextInt(3) * 5_000L;
  }

  private void freeze() throws IOException {
    if (frozen == null) {
      try (Change change = live.begin()) {
        frozen = change.publishAndFreeze();
      }
      frozenState = new TreeMap<>(visible);
    }
  }

  private void commit() throws IOException {
    if (frozen != null && frozenState != null) {
      live.commit(frozen);
      committed = frozenState;
      frozen = null;
      for (Map.Entry<RowKey<?>, Row> entry : committed.entrySet()) {
        assertThat((Object) store.get(entry.getKey())).isEqualTo(entry.getValue());
      }
    }
  }

  private void crash(Reopening reopening) throws IOException {
    live.close();
    store = reopening.reopen(store);
    live = new LiveMetadata(store, cacheBytes());
    visible = new TreeMap<>(committed);
    frozen = null;
    try (Change change = live.begin()) {
      issued = (int) change.newInodeNumber().value();
    }
  }

  private void change() throws IOException {
    try (Change change = live.begin()) {
      if (random.nextInt(50) == 0) {
        issued = (int) change.newInodeNumber().value();
      }
      TreeMap<RowKey<?>, Row> after = new TreeMap<>(visible);
      int edits = random.nextInt(6);
      for (int i = 0; i < edits; i++) {
        if (random.nextInt(2) == 0) {
          Row row = randomRow();
          change.put(row);
          after.put(row.key(), row);
        } else {
          RowKey<?> key = randomRow().key();
          change.delete(key);
          after.remove(key);
        }
      }
      compare(change, after);
      if (random.nextInt(4) != 0) {
        change.publish();
        visible = after;
      }
    }
  }

  private Row randomRow() {
    long inode = (long) issued - random.nextInt(Math.min(issued, 4));
    String name = "n" + random.nextInt(12);
    return switch (random.nextInt(4)) {
      case 0 -> Rows.dentry(inode, name, random.nextInt(100));
      case 1 -> Rows.xattr(inode, name, "v" + random.nextInt(100));
      case 2 -> Rows.inode(inode, random.nextInt(100));
      default -> {
        // Pages never overlap, as LiveMetadata may assume.
        long offset = 100L * random.nextInt(12);
        yield ExtentPage.of(
            Rows.number(inode), List.of(new Extent(offset, 100, 1 + random.nextInt(9), 0, 7)));
      }
    };
  }

  private void compare(RowReader rows, NavigableMap<RowKey<?>, Row> expected) throws IOException {
    RowKey<?> key = randomRow().key();
    assertThat((Object) rows.get(key)).isEqualTo(expected.get(key));
    compareRange(rows, expected, key, randomRow().key());
    compareListing(rows, expected, new InodeNumber(key.first()));
    compareAttributes(rows, expected, key.first());
    RowKey<?> at = random.nextBoolean() ? key : key.successor();
    compareFloor(rows, expected, at);
  }

  private <R extends Row> void compareRange(
      RowReader rows, NavigableMap<RowKey<?>, Row> expected, RowKey<R> from, RowKey<?> other)
      throws IOException {
    RowKey<R> to =
        new RowKey<>(from.table(), from.first() + random.nextInt(3), other.second(), null);
    int limit = 1 + random.nextInt(15);
    List<Row> all = new ArrayList<>();
    if (from.compareTo(to) < 0) {
      all.addAll(expected.subMap(from, to).values());
    }
    assertThat(List.<Row>copyOf(rows.range(from, to, limit)))
        .isEqualTo(all.subList(0, Math.min(limit, all.size())));
  }

  /** In pieces, as directories are read. */
  private void compareListing(
      RowReader rows, NavigableMap<RowKey<?>, Row> expected, InodeNumber directory)
      throws IOException {
    int limit = 1 + random.nextInt(15);
    RowKey<Dentry> from = RowKey.dentriesFrom(directory, 0);
    RowKey<Dentry> end = RowKey.dentriesFrom(directory, Long.MAX_VALUE);
    List<Row> all = new ArrayList<>();
    List<Dentry> some = rows.range(from, end, limit);
    while (!some.isEmpty()) {
      all.addAll(some);
      from = RowKey.dentriesFrom(directory, some.get(some.size() - 1).cookie() + 1);
      some = rows.range(from, end, limit);
    }
    assertThat(all)
        .isEqualTo(List.copyOf(expected.subMap(RowKey.dentriesFrom(directory, 0), end).values()));
  }

  /** All of an inode, as they are listed. */
  private void compareAttributes(RowReader rows, NavigableMap<RowKey<?>, Row> expected, long inode)
      throws IOException {
    RowKey<Xattr> from = RowKey.xattr(new InodeNumber(inode), null);
    RowKey<Xattr> end = RowKey.xattr(new InodeNumber(inode + 1), null);
    int limit = 1 + random.nextInt(15);
    assertThat(List.<Row>copyOf(rows.range(from, end, limit)))
        .isEqualTo(expected.subMap(from, end).values().stream().limit(limit).toList());
  }

  private static <R extends Row> void compareFloor(
      RowReader rows, NavigableMap<RowKey<?>, Row> expected, RowKey<R> key) throws IOException {
    Map.Entry<RowKey<?>, Row> entry = expected.floorEntry(key);
    boolean found =
        entry != null
            && entry.getKey().table() == key.table()
            && entry.getKey().first() == key.first();
    assertThat((Object) rows.floor(key)).isEqualTo(found ? entry.getValue() : null);
  }
}
