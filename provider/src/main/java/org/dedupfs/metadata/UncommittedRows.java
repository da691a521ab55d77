package org.dedupfs.metadata;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is not committed at one moment, laid over what is: {@code active} over {@code frozen} over
 * the clean rows. Immutable, so a reader that holds one sees each change whole or not at all, as
 * long as no later freeze is committed while it reads (see {@link LiveMetadata}).
 */
record UncommittedRows(RowTree active, RowTree frozen) {
  static final UncommittedRows NONE = new UncommittedRows(RowTree.EMPTY, RowTree.EMPTY);

  private RowTree.@Nullable Entry find(RowKey<?> key) {
    RowTree.Entry entry = active.get(key);
    return entry != null ? entry : frozen.get(key);
  }

  <R extends Row> @Nullable R get(RowKey<R> key, CleanRows clean) throws IOException {
    RowTree.Entry entry = find(key);
    return entry == null ? clean.get(key) : CleanRows.cast(key, entry.row);
  }

  <R extends Row> @Nullable R floor(RowKey<R> key, CleanRows clean) throws IOException {
    RowTree.Entry live = floor(key);
    while (live != null && live.row == null) {
      live = floorBelow(key, live.key);
    }
    // pages do not overlap: no committed one is nearer, and those deleted may be damaged
    if (live != null && live.row instanceof ExtentPage page && key.second() < page.endBytes()) {
      return CleanRows.cast(key, page);
    }
    RowKey<R> at = key;
    while (at != null) {
      RowTree.Entry entry = floor(at);
      R row = cleanFloor(at, clean);
      if (entry == null || (row != null && row.key().compareTo(entry.key) > 0)) {
        return row;
      }
      if (entry.row != null) {
        return CleanRows.cast(key, entry.row);
      }
      at = below(key, entry.key);
    }
    return null;
  }

  /** As the committed rows' floor, but what is damaged there and not to be seen does no harm. */
  private <R extends Row> @Nullable R cleanFloor(RowKey<R> key, CleanRows clean)
      throws IOException {
    RowKey<R> at = key;
    while (at != null) {
      try {
        return clean.floor(at);
      } catch (MetadataDamagedException e) {
        RowKey<?> damaged = clean.storedPageKey(at);
        if (damaged == null || find(damaged) == null) {
          throw e;
        }
        at = below(key, damaged);
      }
    }
    return null;
  }

  private RowTree.@Nullable Entry floor(RowKey<?> key) {
    return greater(floor(active, key), floor(frozen, key));
  }

  private <R extends Row> RowTree.@Nullable Entry floorBelow(RowKey<R> like, RowKey<?> key) {
    RowKey<R> below = below(like, key);
    return below == null ? null : floor(below);
  }

  /** The greatest key below {@code key}, which is of the same table as {@code like}. */
  private static <R extends Row> @Nullable RowKey<R> below(RowKey<R> like, RowKey<?> key) {
    return new RowKey<>(like.table(), like.first(), key.second(), key.third()).predecessor();
  }

  private static RowTree.@Nullable Entry floor(RowTree tree, RowKey<?> key) {
    RowTree.Entry entry = tree.floor(key);
    return entry == null || entry.key.table() != key.table() || entry.key.first() != key.first()
        ? null
        : entry;
  }

  /** The entry with the greater key, the first one (the newer) of two with the same key. */
  private static RowTree.@Nullable Entry greater(
      RowTree.@Nullable Entry newer, RowTree.@Nullable Entry older) {
    if (newer == null || older == null) {
      return newer == null ? older : newer;
    }
    return newer.key.compareTo(older.key) >= 0 ? newer : older;
  }

  <R extends Row> List<R> range(RowKey<R> from, RowKey<R> to, int limit, CleanRows clean)
      throws IOException {
    RowTree.Cursor newer = active.cursor(from, to);
    RowTree.Cursor older = frozen.cursor(from, to);
    if (newer.current() == null && older.current() == null) {
      return clean.range(from, to, limit);
    }
    CommittedRun<R> committed = new CommittedRun<>(from, to, limit, clean);
    List<R> rows = new ArrayList<>();
    while (rows.size() < limit) {
      RowTree.Entry entry = lesser(newer.current(), older.current());
      R row = committed.current();
      if (entry == null && row == null) {
        break;
      }
      int order =
          entry == null ? 1 : row == null ? -1 : entry.key.compareTo(committed.currentKey());
      if (order > 0) {
        rows.add(committed.take());
        continue;
      }
      if (order == 0) {
        committed.advance();
      }
      skip(newer, entry.key);
      skip(older, entry.key);
      if (entry.row != null) {
        rows.add(CleanRows.cast(from, entry.row));
      }
    }
    return rows;
  }

  /** All entries from {@code from} (included) to {@code to} (excluded), deletions too. */
  void forEach(RowKey<?> from, RowKey<?> to, Consumer<RowTree.Entry> action) {
    for (RowTree tree : List.of(active, frozen)) {
      RowTree.Cursor cursor = tree.cursor(from, to);
      for (RowTree.Entry at = cursor.current(); at != null; at = cursor.current()) {
        action.accept(at);
        cursor.advance();
      }
    }
  }

  private static void skip(RowTree.Cursor cursor, RowKey<?> key) {
    RowTree.Entry entry = cursor.current();
    if (entry != null && entry.key.equals(key)) {
      cursor.advance();
    }
  }

  /** The entry with the lesser key, the first one (the newer) of two with the same key. */
  private static RowTree.@Nullable Entry lesser(
      RowTree.@Nullable Entry newer, RowTree.@Nullable Entry older) {
    if (newer == null || older == null) {
      return newer == null ? older : newer;
    }
    return newer.key.compareTo(older.key) <= 0 ? newer : older;
  }
}
