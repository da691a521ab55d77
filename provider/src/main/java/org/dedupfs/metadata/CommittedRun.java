package org.dedupfs.metadata;

import java.io.IOException;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Walks over a range of committed rows, which it fetches in portions: the first as large as asked
 * for, later ones (needed only when uncommitted deletions hide rows) growing, so that skipping many
 * is cheap. Not thread-safe.
 */
final class CommittedRun<R extends Row> {
  private static final int LARGEST_PORTION = 1024;

  private final RowKey<R> to;
  private int portion;
  private final CleanRows clean;
  private List<R> rows;
  private int position;

  CommittedRun(RowKey<R> from, RowKey<R> to, int portion, CleanRows clean) throws IOException {
    this.to = to;
    this.portion = portion;
    this.clean = clean;
    this.rows = clean.range(from, to, portion);
  }

  /** The row that the run stands on; null at the end. */
  @Nullable R current() {
    return position < rows.size() ? rows.get(position) : null;
  }

  RowKey<?> currentKey() {
    return rows.get(position).key();
  }

  void advance() throws IOException {
    position++;
    if (position == rows.size() && rows.size() == portion) {
      RowKey<?> last = rows.get(position - 1).key();
      RowKey<R> next =
          new RowKey<>(to.table(), last.first(), last.second(), last.third()).successor();
      portion = Math.max(portion, Math.min(LARGEST_PORTION, portion * 4));
      rows = clean.range(next, to, portion);
      position = 0;
    }
  }

  R take() throws IOException {
    R row = current();
    if (row == null) {
      throw new NoSuchElementException();
    }
    advance();
    return row;
  }
}
