package org.dedupfs.metadata;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All frames of a write-ahead log, read without SQLite, which stops at the first that is not whole.
 * The checksum of a frame goes on from the one that is stored in the frame before: so frames behind
 * a damaged one can still be told to be whole.
 *
 * @see <a href="https://www.sqlite.org/fileformat2.html#walformat">The WAL File Format</a>
 */
final class SqliteLog implements AutoCloseable {
  static final int PAGE = SqliteFormat.PAGE_BYTES;
  static final int HEADER_BYTES = 32;
  static final int FRAME_HEADER_BYTES = 24;
  static final int FRAME_BYTES = FRAME_HEADER_BYTES + PAGE;
  private static final int MAGIC = 0x377f0682;
  private static final int VERSION = 3_007_000;

  private final FileChannel channel;
  private final @Nullable Header header;

  /**
   * Of a log that begins as it should.
   *
   * @param order that of the words that are summed up
   * @param checksum of the header, where that of the first frame goes on
   */
  record Header(ByteOrder order, int salt1, int salt2, long checksum) {
    /** Null if these bytes are no sound header. */
    static @Nullable Header of(ByteBuffer bytes) {
      int magic = bytes.getInt(0);
      if ((magic & ~1) != MAGIC || bytes.getInt(4) != VERSION || bytes.getInt(8) != PAGE) {
        return null;
      }
      ByteOrder order = (magic & 1) != 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
      long checksum = sum(0, bytes, 0, 24, order);
      return checksum == bytes.getLong(24)
          ? new Header(order, bytes.getInt(16), bytes.getInt(20), checksum)
          : null;
    }

    long salts() {
      return ((long) salt1 << 32) | Integer.toUnsignedLong(salt2);
    }
  }

  /**
   * A place of the log with what it says of itself.
   *
   * @param at where it begins
   * @param page the number of the page that it holds
   * @param commit pages of the file after a commit that ends here, else 0
   * @param current whether it has the salts of this log, and not those of an earlier one
   * @param whole whether its checksum goes on from the one stored before it
   * @param chained whether it and all before it are whole: this far SQLite reads
   */
  record Frame(long at, int page, int commit, boolean current, boolean whole, boolean chained) {
    long pageAt() {
      return at + FRAME_HEADER_BYTES;
    }

    /** Whether its header lies in one sector, so that no power cut leaves half of it. */
    boolean hasUntornHeader() {
      return at % 512 + FRAME_HEADER_BYTES <= 512;
    }
  }

  private SqliteLog(FileChannel channel) throws IOException {
    this.channel = channel;
    this.header = channel.size() < HEADER_BYTES ? null : Header.of(headerBytes());
  }

  static SqliteLog open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new SqliteLog(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Null if the log does not begin as it should; SQLite takes nothing from it then. */
  @Nullable Header header() {
    return header;
  }

  /** The header, or what it must have been by what the first frame says; null if there is none. */
  @Nullable Header headerOrGuess() throws IOException {
    if (header != null || channel.size() < HEADER_BYTES + FRAME_BYTES) {
      return header;
    }
    ByteBuffer first = bytes(HEADER_BYTES, FRAME_HEADER_BYTES);
    return new Header(ByteOrder.nativeOrder(), first.getInt(8), first.getInt(12), 0);
  }

  ByteBuffer headerBytes() throws IOException {
    return bytes(0, HEADER_BYTES);
  }

  long size() throws IOException {
    return channel.size();
  }

  /** Bytes of the log, in the order of its numbers; what is beyond its end is zero. */
  ByteBuffer bytes(long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    read(bytes, from);
    return bytes;
  }

  private void read(ByteBuffer target, long from) throws IOException {
    target.clear();
    long at = from;
    int read = 0;
    while (target.hasRemaining() && read >= 0) {
      read = channel.read(target, at);
      at += read;
    }
  }

  /** All places of the log, as if it had this header. Takes a second for 1 GB. */
  List<Frame> frames(Header as) throws IOException {
    List<Frame> frames = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.allocate(FRAME_BYTES);
    long before = as.checksum();
    boolean chained = true;
    for (long at = HEADER_BYTES; at + FRAME_BYTES <= channel.size(); at += FRAME_BYTES) {
      read(bytes, at);
      boolean current = bytes.getLong(8) == as.salts();
      int page = bytes.getInt(0);
      boolean whole = current && page > 0 && sum(before, bytes, as.order()) == bytes.getLong(16);
      chained &= whole;
      frames.add(new Frame(at, page, bytes.getInt(4), current, whole, chained));
      before = bytes.getLong(16);
    }
    return frames;
  }

  /** The checksum that a frame should have. */
  static long sum(long before, ByteBuffer frame, ByteOrder order) {
    long ofHeader = sum(before, frame, 0, 8, order);
    return sum(ofHeader, frame, FRAME_HEADER_BYTES, PAGE, order);
  }

  /** The two sums of a log over words, one in each half of the result. */
  private static long sum(long before, ByteBuffer bytes, int from, int length, ByteOrder order) {
    ByteBuffer words = bytes.duplicate().order(order);
    int first = (int) (before >>> 32);
    int second = (int) before;
    for (int at = from; at < from + length; at += 8) {
      first += words.getInt(at) + second;
      second += words.getInt(at + 4) + first;
    }
    return ((long) first << 32) | Integer.toUnsignedLong(second);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
