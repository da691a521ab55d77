package org.dedupfs.metadata;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A run of an inode's extents that join without a gap. Immutable; never empty.
 *
 * <p>Held in columns of 32-bit numbers relative to the page's offset and to its least block id,
 * which is 12 bytes for an ordinary extent; columns of 64 bits where these do not suffice.
 */
public final class ExtentPage implements Row {
  /** A decoder refuses more. Pages are split long before, see {@link ExtentMap}. */
  static final int MOST_EXTENTS = 1 << 16;

  private static final int HOLE_ORDINAL = 0;

  private final InodeNumber inode;
  private final Columns columns;

  /**
   * What a page holds besides its inode. Of {@code starts} and {@code wideStarts}, and of {@code
   * ordinals} and {@code ids}, one is null.
   *
   * @param starts where extents start, less {@code offsetBytes}
   * @param ordinals block ids less {@code idBase}, at least 1; or one of the two special values
   * @param skips null when all are 0
   */
  @SuppressWarnings("ArrayRecordComponent") // private, compared by content below
  private record Columns(
      long offsetBytes,
      long endBytes,
      int @Nullable [] starts,
      long @Nullable [] wideStarts,
      long idBase,
      int @Nullable [] ordinals,
      long @Nullable [] ids,
      int @Nullable [] skips,
      int[] checks) {}

  private ExtentPage(InodeNumber inode, Columns columns) {
    this.inode = inode;
    this.columns = columns;
  }

  /**
   * Packs extents, of which adjacent ones that continue each other become one.
   *
   * @param extents at least one; they join without a gap
   * @throws IllegalArgumentException if they do not, or one is malformed
   */
  public static ExtentPage of(InodeNumber inode, List<Extent> extents) {
    if (extents.isEmpty()) {
      throw new IllegalArgumentException("a page of no extents");
    }
    ExtentRun run = new ExtentRun(extents.size());
    for (Extent extent : extents) {
      run.add(extent);
    }
    return of(inode, run, 0, run.count());
  }

  /** The extents of {@code run} from index {@code from} to {@code to} (excluded). */
  static ExtentPage of(InodeNumber inode, ExtentRun run, int from, int to) {
    int count = to - from;
    long offset = run.offsetAt(from);
    long end = run.offsetAt(to - 1) + run.lengthAt(to - 1);
    long least = Long.MAX_VALUE;
    long greatest = 0;
    boolean skips = false;
    for (int i = from; i < to; i++) {
      long id = run.idAt(i);
      if (id > 0) {
        least = Math.min(least, id);
        greatest = Math.max(greatest, id);
      }
      skips |= run.skipAt(i) != 0;
    }
    boolean wideStarts = end - offset > Integer.MAX_VALUE;
    boolean wideIds = greatest != 0 && greatest - least >= Integer.MAX_VALUE;
    Columns columns =
        new Columns(
            offset,
            end,
            wideStarts ? null : new int[count],
            wideStarts ? new long[count] : null,
            greatest == 0 ? 0 : least - 1,
            wideIds ? null : new int[count],
            wideIds ? new long[count] : null,
            skips ? new int[count] : null,
            new int[count]);
    for (int i = 0; i < count; i++) {
      fill(columns, i, run, from + i);
    }
    return new ExtentPage(inode, columns);
  }

  private static void fill(Columns columns, int i, ExtentRun run, int at) {
    long start = run.offsetAt(at) - columns.offsetBytes;
    if (columns.starts != null) {
      columns.starts[i] = (int) start;
    } else if (columns.wideStarts != null) {
      columns.wideStarts[i] = start;
    }
    long id = run.idAt(at);
    if (columns.ordinals != null) {
      columns.ordinals[i] = id > 0 ? (int) (id - columns.idBase) : (int) id;
    } else if (columns.ids != null) {
      columns.ids[i] = id;
    }
    if (columns.skips != null) {
      columns.skips[i] = run.skipAt(at);
    }
    columns.checks[i] = run.checkAt(at);
  }

  public InodeNumber inode() {
    return inode;
  }

  /** Where the first extent starts. */
  public long offsetBytes() {
    return columns.offsetBytes;
  }

  /** Where the last extent ends. */
  public long endBytes() {
    return columns.endBytes;
  }

  /** How many extents there are. */
  public int count() {
    return columns.checks.length;
  }

  public Extent extent(int index) {
    return new Extent(
        offsetAt(index), lengthAt(index), idAt(index), skipAt(index), columns.checks[index]);
  }

  /** All extents, ascending; made one by one as they are asked for. */
  public List<Extent> extents() {
    return new ExtentList();
  }

  /** The index of the extent that covers {@code offset}, which lies within the page. */
  public int indexAt(long offset) {
    if (offset < offsetBytes() || offset >= endBytes()) {
      throw new IllegalArgumentException(offset + " is not in " + this);
    }
    long relative = offset - columns.offsetBytes;
    int found =
        columns.starts != null
            ? Arrays.binarySearch(columns.starts, (int) relative)
            : Arrays.binarySearch(wideStarts(), relative);
    return found >= 0 ? found : -found - 2;
  }

  /** How many bytes from {@code fromBytes} to {@code toBytes} are in this page and no hole. */
  long dataBytes(long fromBytes, long toBytes) {
    long from = Math.max(fromBytes, offsetBytes());
    long to = Math.min(toBytes, endBytes());
    if (from >= to) {
      return 0;
    }
    long bytes = 0;
    for (int i = indexAt(from); i < count() && offsetAt(i) < to; i++) {
      if (idAt(i) != Extent.HOLE) {
        bytes += Math.min(to, endAt(i)) - Math.max(from, offsetAt(i));
      }
    }
    return bytes;
  }

  /** The same extents as those of another inode; shares their memory. */
  ExtentPage of(InodeNumber otherInode) {
    return new ExtentPage(otherInode, columns);
  }

  /** Tells the id of each extent that is part of a block, in order. */
  void forEachBlock(LongConsumer consumer) {
    for (int i = 0; i < count(); i++) {
      long id = idAt(i);
      if (id > 0) {
        consumer.accept(id);
      }
    }
  }

  long offsetAt(int index) {
    return columns.offsetBytes
        + (columns.starts != null ? columns.starts[index] : wideStarts()[index]);
  }

  long endAt(int index) {
    return index == count() - 1 ? columns.endBytes : offsetAt(index + 1);
  }

  long lengthAt(int index) {
    return endAt(index) - offsetAt(index);
  }

  long idAt(int index) {
    if (columns.ids != null) {
      return columns.ids[index];
    }
    int ordinal = ordinals()[index];
    return ordinal > HOLE_ORDINAL ? columns.idBase + ordinal : ordinal;
  }

  int skipAt(int index) {
    return columns.skips == null ? 0 : columns.skips[index];
  }

  int checkAt(int index) {
    return columns.checks[index];
  }

  private long[] wideStarts() {
    if (columns.wideStarts == null) {
      throw new IllegalStateException("neither starts nor wide starts");
    }
    return columns.wideStarts;
  }

  private int[] ordinals() {
    if (columns.ordinals == null) {
      throw new IllegalStateException("neither ids nor ordinals");
    }
    return columns.ordinals;
  }

  @Override
  public RowKey<ExtentPage> key() {
    return RowKey.extents(inode, columns.offsetBytes);
  }

  @Override
  public int weightBytes() {
    int each =
        4
            + (columns.starts != null ? 4 : 8)
            + (columns.ordinals != null ? 4 : 8)
            + (columns.skips != null ? 4 : 0);
    return 160 + each * count();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof ExtentPage that)
        || !inode.equals(that.inode)
        || count() != that.count()
        || offsetBytes() != that.offsetBytes()
        || endBytes() != that.endBytes()) {
      return false;
    }
    for (int i = 0; i < count(); i++) {
      if (offsetAt(i) != that.offsetAt(i)
          || idAt(i) != that.idAt(i)
          || skipAt(i) != that.skipAt(i)
          || checkAt(i) != that.checkAt(i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return 31 * key().hashCode() + Arrays.hashCode(columns.checks);
  }

  @Override
  public String toString() {
    return count() + " extents of " + inode + ", bytes " + offsetBytes() + ".." + endBytes();
  }

  private final class ExtentList extends AbstractList<Extent> implements RandomAccess {
    @Override
    public Extent get(int index) {
      return extent(index);
    }

    @Override
    public int size() {
      return count();
    }
  }
}
