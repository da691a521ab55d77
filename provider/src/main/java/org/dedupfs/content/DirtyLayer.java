package org.dedupfs.content;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Written bytes and punched holes of one file, not cut into blocks yet, and the lowest point the
 * file was truncated to: from there on the layers below do not show through. Not thread-safe; the
 * owner's state lock guards it, and once sealed it does not change.
 */
final class DirtyLayer {
  static final long NO_FLOOR = Long.MAX_VALUE;
  private static final int MIN_CAPACITY = 64;
  static final int MAX_CAPACITY = 256 << 10;

  /** Pieces from this size on do not grow, which would copy them, but are followed by others. */
  private static final int LARGE_CAPACITY = 64 << 10;

  static final int PIECE_OVERHEAD_BYTES = 144;

  /**
   * A run of dirty bytes, or a hole when {@code buffer} is null. No two pieces of a layer share a
   * buffer, and more than half of one was in use when it was last sliced: so what is accounted is
   * what is held.
   */
  static final class Piece {
    final long start;
    private byte @Nullable [] buffer;
    private final int bufferStart;
    private long length;
    private int capacity;

    private Piece(
        long start, byte @Nullable [] buffer, int bufferStart, long length, int capacity) {
      this.start = start;
      this.buffer = buffer;
      this.bufferStart = bufferStart;
      this.length = length;
      this.capacity = capacity;
    }

    long end() {
      return start + length;
    }

    boolean isHole() {
      return buffer == null;
    }

    /** Copies bytes {@code from} to {@code to} of the file, which this piece holds. */
    void copyTo(long from, long to, byte[] target, int at) {
      byte[] bytes = java.util.Objects.requireNonNull(buffer);
      System.arraycopy(bytes, bufferStart + (int) (from - start), target, at, (int) (to - from));
    }

    /** What the bytes stand in, from {@link #indexOf} on; changes when the piece is written to. */
    byte[] bytes() {
      return java.util.Objects.requireNonNull(buffer);
    }

    int indexOf(long offset) {
      return bufferStart + (int) (offset - start);
    }

    void copyTo(long from, long to, ByteBuffer target, int at) {
      byte[] bytes = java.util.Objects.requireNonNull(buffer);
      target.put(at, bytes, bufferStart + (int) (from - start), (int) (to - from));
    }

    /**
     * A part as a piece of its own. The larger part keeps the buffer; one of at most half of it is
     * copied, so that it does not keep the rest alive. Each copy at least halves: all copies of
     * what was once written are no longer than that.
     */
    private Piece slice(long from, long to) {
      byte[] bytes = buffer;
      if (bytes == null) {
        return new Piece(from, null, 0, to - from, 0);
      }
      int count = (int) (to - from);
      int first = indexOf(from);
      return count <= bytes.length / 2
          ? new Piece(from, Arrays.copyOfRange(bytes, first, first + count), 0, count, count)
          : new Piece(from, bytes, first, count, count);
    }

    private long heldBytes() {
      byte[] bytes = buffer;
      return PIECE_OVERHEAD_BYTES + (bytes == null ? 0L : bytes.length);
    }
  }

  private final TreeMap<Long, Piece> pieces = new TreeMap<>();
  private long floor = NO_FLOOR;
  private long memoryBytes;
  private long dataBytes;

  /** Whether each write began where the one before it had ended. */
  private boolean ascending = true;

  private long firstStart = -1;
  private long lastEnd = -1;

  /** Where the chunker stood when it left the first bytes of this layer for later, or -1. */
  private long cutAt = -1;

  /** Whether a change is under way, or ended midway: then what the layer says is not to be used. */
  private boolean torn;

  boolean isEmpty() {
    return pieces.isEmpty() && floor == NO_FLOOR;
  }

  /** Whether a change ended midway, for lack of memory for example. */
  boolean isTorn() {
    return torn;
  }

  long floor() {
    return floor;
  }

  long cutAt() {
    return cutAt;
  }

  void setCutAt(long offset) {
    cutAt = offset;
  }

  /** About the heap this layer holds. */
  long memoryBytes() {
    return memoryBytes;
  }

  long dataBytes() {
    return dataBytes;
  }

  /**
   * Puts some of the remaining bytes of {@code source}, one at least, at an offset. Whatever ends
   * it before they have their place, a lack of memory or a source that cannot be read, leaves all
   * other bytes as they were.
   *
   * @return how many
   */
  int write(long at, ByteBuffer source) {
    Map.Entry<Long, Piece> floorEntry = pieces.floorEntry(at);
    Piece before = floorEntry == null ? null : floorEntry.getValue();
    int written = 0;
    if (before != null && !before.isHole() && at <= before.end()) {
      written = writeInto(before, at, source);
    }
    if (written == 0) {
      written = writeNew(at, source);
    }
    wrote(at, at + written);
    return written;
  }

  private void wrote(long from, long to) {
    ascending &= lastEnd < 0 || from == lastEnd;
    firstStart = firstStart < 0 ? from : firstStart;
    lastEnd = to;
  }

  /** Whether the last bytes of this layer are also the ones that were written last. */
  boolean isAscending() {
    return ascending;
  }

  /** Overwrites or extends a piece in place; 0 when it has no room. */
  private int writeInto(Piece piece, long at, ByteBuffer source) {
    long room = piece.end() - at;
    if (room < source.remaining()) {
      grow(piece, source.remaining() - room);
      room = Math.min(piece.start + piece.capacity - at, source.remaining());
    }
    int count = (int) Math.min(room, source.remaining());
    if (count <= 0) {
      return 0;
    }
    byte[] buffer = java.util.Objects.requireNonNull(piece.buffer);
    source.get(buffer, piece.bufferStart + (int) (at - piece.start), count);
    if (at + count > piece.end()) {
      cut(piece.end(), at + count);
      dataBytes += at + count - piece.end();
      piece.length = at + count - piece.start;
    }
    return count;
  }

  private void grow(Piece piece, long moreBytes) {
    byte[] buffer = java.util.Objects.requireNonNull(piece.buffer);
    boolean whole = piece.bufferStart == 0 && piece.capacity == buffer.length;
    long wanted = piece.length + moreBytes;
    if (!whole || wanted <= piece.capacity || piece.capacity >= LARGE_CAPACITY) {
      return;
    }
    int capacity = (int) Math.min(MAX_CAPACITY, Math.max(wanted, 2L * piece.capacity));
    byte[] larger = new byte[capacity];
    System.arraycopy(buffer, 0, larger, 0, (int) piece.length);
    memoryBytes += capacity - piece.capacity;
    piece.buffer = larger;
    piece.capacity = capacity;
  }

  private int writeNew(long at, ByteBuffer source) {
    int count = Math.min(source.remaining(), MAX_CAPACITY);
    int capacity = continuesLarge(at) ? MAX_CAPACITY : Math.max(MIN_CAPACITY, count);
    byte[] buffer = new byte[capacity];
    source.get(buffer, 0, count);
    replace(new Piece(at, buffer, 0, count, capacity));
    return count;
  }

  /** Whether a long piece ends at {@code at}: who wrote that much in order is likely to go on. */
  private boolean continuesLarge(long at) {
    Map.Entry<Long, Piece> before = pieces.lowerEntry(at);
    return before != null
        && before.getValue().end() == at
        && !before.getValue().isHole()
        && before.getValue().length >= LARGE_CAPACITY;
  }

  /** Makes a range a hole. */
  void punch(long from, long to) {
    if (from < to) {
      ascending = false;
      replace(new Piece(from, null, 0, to - from, 0));
    }
  }

  /** Forgets everything from {@code size} on, here and in the layers below. */
  void truncate(long size) {
    ascending = false;
    cut(size, Long.MAX_VALUE);
    floor = Math.min(floor, size);
  }

  /** Lays all of {@code above}, which is not to be used afterwards, over this layer. */
  void stack(DirtyLayer above) {
    ascending &= above.ascending;
    if (above.firstStart >= 0) {
      wrote(above.firstStart, above.lastEnd);
    }
    if (above.floor != NO_FLOOR) {
      truncate(above.floor);
    }
    above.pieces.values().forEach(this::replace);
  }

  /** Puts a piece in the place of what is there. */
  private void replace(Piece piece) {
    cut(piece.start, piece.end());
    torn = true;
    add(piece);
    torn = false;
  }

  private void add(Piece piece) {
    pieces.put(piece.start, piece);
    account(piece, 1);
  }

  private void account(Piece piece, int sign) {
    memoryBytes += sign * piece.heldBytes();
    if (!piece.isHole()) {
      dataBytes += sign * piece.length;
    }
  }

  /** Removes what overlaps a range; what takes memory, parts of pieces, is made beforehand. */
  private void cut(long from, long to) {
    Map.Entry<Long, Piece> entry = pieces.lowerEntry(to);
    if (entry == null || entry.getValue().end() <= from) {
      return;
    }
    Piece last = entry.getValue();
    Piece right = last.end() > to ? last.slice(to, last.end()) : null;
    Map.Entry<Long, Piece> firstEntry = pieces.lowerEntry(from);
    Piece first = firstEntry == null ? null : firstEntry.getValue();
    Piece left = first != null && first.end() > from ? first.slice(first.start, from) : null;
    torn = true;
    while (entry != null && entry.getValue().end() > from) {
      Piece piece = entry.getValue();
      pieces.remove(piece.start);
      account(piece, -1);
      entry = pieces.lowerEntry(piece.start);
    }
    if (left != null) {
      add(left);
    }
    if (right != null) {
      add(right);
    }
    torn = false;
  }

  /** The pieces that overlap a range, ascending, whole. */
  List<Piece> overlapping(long from, long to) {
    List<Piece> found = new ArrayList<>();
    Long first = pieces.floorKey(from);
    for (Piece piece : pieces.tailMap(first == null ? from : first, true).values()) {
      if (piece.start >= to) {
        break;
      }
      if (piece.end() > from) {
        found.add(piece);
      }
    }
    return found;
  }

  /** The data piece that holds all of a range by itself, or null. */
  @Nullable Piece holding(long from, long to) {
    Map.Entry<Long, Piece> entry = pieces.floorEntry(from);
    return entry == null || entry.getValue().isHole() || entry.getValue().end() < to
        ? null
        : entry.getValue();
  }

  int pieceCount() {
    return pieces.size();
  }

  /** A run of adjacent data pieces, or of adjacent holes. */
  record Run(long from, long to, boolean isHole) {
    Run(long from, long to) {
      this(from, to, false);
    }
  }

  /** All runs, ascending. */
  List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    long from = 0;
    long to = -1;
    boolean isHole = false;
    for (Piece piece : pieces.values()) {
      if (to == piece.start && isHole == piece.isHole()) {
        to = piece.end();
        continue;
      }
      if (to > from) {
        runs.add(new Run(from, to, isHole));
      }
      from = piece.start;
      to = piece.end();
      isHole = piece.isHole();
    }
    if (to > from) {
      runs.add(new Run(from, to, isHole));
    }
    return runs;
  }

  /** What is left from {@code from} on, for the next round. */
  DirtyLayer remainder(long from) {
    DirtyLayer rest = new DirtyLayer();
    rest.ascending = ascending;
    rest.firstStart = from;
    rest.lastEnd = lastEnd;
    for (Piece piece : overlapping(from, Long.MAX_VALUE)) {
      rest.add(piece.start < from ? piece.slice(from, piece.end()) : piece);
    }
    return rest;
  }
}
