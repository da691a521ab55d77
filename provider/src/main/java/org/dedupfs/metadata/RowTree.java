package org.dedupfs.metadata;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sorted map from keys to the final states of rows, where a null row says "deleted". A
 * persistent AVL tree: {@link #with} shares all but one path with the tree it came from, so a
 * reader keeps a consistent view for nothing, and undoing is forgetting.
 */
final class RowTree {
  /** Heap held per entry besides the row: node, key and its array. */
  private static final int ENTRY_BYTES = 112;

  static final RowTree EMPTY = new RowTree(null, 0, 0);

  private final @Nullable Entry root;
  private final int size;
  private final long weightBytes;

  private RowTree(@Nullable Entry root, int size, long weightBytes) {
    this.root = root;
    this.size = size;
    this.weightBytes = weightBytes;
  }

  /** A key and its row; null when the row is deleted. */
  static final class Entry {
    final RowKey<?> key;
    final @Nullable Row row;
    private final @Nullable Entry left;
    private final @Nullable Entry right;
    private final int height;

    private Entry(RowKey<?> key, @Nullable Row row, @Nullable Entry left, @Nullable Entry right) {
      this.key = key;
      this.row = row;
      this.left = left;
      this.right = right;
      this.height = 1 + Math.max(heightOf(left), heightOf(right));
    }
  }

  boolean isEmpty() {
    return root == null;
  }

  int size() {
    return size;
  }

  /** About the heap this tree holds, rows included. */
  long weightBytes() {
    return weightBytes;
  }

  @Nullable Entry get(RowKey<?> key) {
    Entry at = root;
    while (at != null) {
      int order = key.compareTo(at.key);
      if (order == 0) {
        return at;
      }
      at = order < 0 ? at.left : at.right;
    }
    return null;
  }

  /** The entry with the greatest key not above {@code key}. */
  @Nullable Entry floor(RowKey<?> key) {
    Entry at = root;
    Entry best = null;
    while (at != null) {
      int order = key.compareTo(at.key);
      if (order == 0) {
        return at;
      }
      if (order > 0) {
        best = at;
      }
      at = order < 0 ? at.left : at.right;
    }
    return best;
  }

  RowTree with(RowKey<?> key, @Nullable Row row) {
    Insertion insertion = new Insertion(key, row);
    Entry newRoot = insertion.into(root);
    return new RowTree(
        newRoot,
        insertion.replaced == null ? size + 1 : size,
        weightBytes + weightOf(key, row) - insertion.replacedBytes());
  }

  void forEach(Consumer<Entry> action) {
    forEach(root, action);
  }

  private static void forEach(@Nullable Entry at, Consumer<Entry> action) {
    if (at != null) {
      forEach(at.left, action);
      action.accept(at);
      forEach(at.right, action);
    }
  }

  /** Entries from {@code from} (included) to {@code to} (excluded), ascending. */
  Cursor cursor(RowKey<?> from, RowKey<?> to) {
    return new Cursor(root, from, to);
  }

  /** Walks over entries. */
  static final class Cursor {
    private final Deque<Entry> path = new ArrayDeque<>();
    private final RowKey<?> to;
    private @Nullable Entry current;

    private Cursor(@Nullable Entry root, RowKey<?> from, RowKey<?> to) {
      this.to = to;
      Entry at = root;
      while (at != null) {
        if (at.key.compareTo(from) >= 0) {
          path.push(at);
          at = at.left;
        } else {
          at = at.right;
        }
      }
      advance();
    }

    /** The entry that the cursor stands on; null at the end. */
    @Nullable Entry current() {
      return current;
    }

    void advance() {
      Entry next = path.poll();
      if (next == null || next.key.compareTo(to) >= 0) {
        current = null;
        path.clear();
        return;
      }
      for (Entry at = next.right; at != null; at = at.left) {
        path.push(at);
      }
      current = next;
    }
  }

  private static int weightOf(RowKey<?> key, @Nullable Row row) {
    if (row != null) {
      return ENTRY_BYTES + row.weightBytes();
    }
    byte[] third = key.third();
    return ENTRY_BYTES + (third == null ? 0 : third.length);
  }

  private static int heightOf(@Nullable Entry entry) {
    return entry == null ? 0 : entry.height;
  }

  private static Entry balanced(
      RowKey<?> key, @Nullable Row row, @Nullable Entry left, @Nullable Entry right) {
    if (left != null && left.height > heightOf(right) + 1) {
      Entry inner = left.right;
      if (inner == null || heightOf(left.left) >= inner.height) {
        return new Entry(left.key, left.row, left.left, new Entry(key, row, inner, right));
      }
      return new Entry(
          inner.key,
          inner.row,
          new Entry(left.key, left.row, left.left, inner.left),
          new Entry(key, row, inner.right, right));
    }
    if (right != null && right.height > heightOf(left) + 1) {
      Entry inner = right.left;
      if (inner == null || heightOf(right.right) >= inner.height) {
        return new Entry(right.key, right.row, new Entry(key, row, left, inner), right.right);
      }
      return new Entry(
          inner.key,
          inner.row,
          new Entry(key, row, left, inner.left),
          new Entry(right.key, right.row, inner.right, right.right));
    }
    return new Entry(key, row, left, right);
  }

  /** One insertion under way; remembers what it replaced. */
  private static final class Insertion {
    private final RowKey<?> key;
    private final @Nullable Row row;
    private @Nullable Entry replaced;

    private Insertion(RowKey<?> key, @Nullable Row row) {
      this.key = key;
      this.row = row;
    }

    private Entry into(@Nullable Entry at) {
      if (at == null) {
        return new Entry(key, row, null, null);
      }
      int order = key.compareTo(at.key);
      if (order == 0) {
        replaced = at;
        return new Entry(key, row, at.left, at.right);
      }
      return order < 0
          ? balanced(at.key, at.row, into(at.left), at.right)
          : balanced(at.key, at.row, at.left, into(at.right));
    }

    private int replacedBytes() {
      return replaced == null ? 0 : weightOf(replaced.key, replaced.row);
    }
  }
}
