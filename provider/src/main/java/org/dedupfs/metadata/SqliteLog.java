package org.dedupfs.metadata;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A write-ahead log, read without SQLite, which stops at the first that is not whole. The checksum
 * of a frame goes on from the one that is stored in the frame before: so frames behind a damaged
 * one can still be told to be whole.
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
  private static final VarHandle LITTLE_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

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
      long checksum = sum(0, bytes.array(), bytes.arrayOffset(), 24, order);
      return checksum == bytes.getLong(24)
          ? new Header(order, bytes.getInt(16), bytes.getInt(20), checksum)
          : null;
    }

    long salts() {
      return ((long) salt1 << 32) | Integer.toUnsignedLong(salt2);
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

  void read(ByteBuffer target, long from) throws IOException {
    target.clear();
    long at = from;
    int read = 0;
    while (target.hasRemaining() && read >= 0) {
      read = channel.read(target, at);
      at += read;
    }
  }

  /** How many places for frames the log has, taken or not. */
  long frames() throws IOException {
    return Math.max(0, channel.size() - HEADER_BYTES) / FRAME_BYTES;
  }

  static long frameAt(long index) {
    return HEADER_BYTES + index * FRAME_BYTES;
  }

  /** The checksum that goes before a frame: the one stored in the frame before that. */
  long checksumBefore(Header as, long index) throws IOException {
    return index == 0
        ? as.checksum()
        : bytes(frameAt(index - 1) + LogFrames.CHECKSUM_AT, Long.BYTES).getLong(0);
  }

  /** The frames from one on, as if the log had this header. */
  LogFrames framesFrom(Header as, long index) throws IOException {
    return new LogFrames(this, as, index);
  }

  /** The checksum that a frame should have. */
  static long sum(long before, ByteBuffer frame, ByteOrder order) {
    return sumOfFrame(before, frame.array(), frame.arrayOffset(), order);
  }

  static long sumOfFrame(long before, byte[] bytes, int from, ByteOrder order) {
    long ofHeader = sum(before, bytes, from, 8, order);
    return sum(ofHeader, bytes, from + FRAME_HEADER_BYTES, PAGE, order);
  }

  /** The two sums of a log over words, one in each half of the result. */
  private static long sum(long before, byte[] bytes, int from, int length, ByteOrder order) {
    boolean isLittle = order == ByteOrder.LITTLE_ENDIAN;
    int first = (int) (before >>> 32);
    int second = (int) before;
    for (int at = from; at < from + length; at += 8) {
      if (isLittle) {
        long words = (long) LITTLE_ENDIAN.get(bytes, at);
        first += (int) words + second;
        second += (int) (words >>> 32) + first;
      } else {
        long words = (long) BIG_ENDIAN.get(bytes, at);
        first += (int) (words >>> 32) + second;
        second += (int) words + first;
      }
    }
    return ((long) first << 32) | Integer.toUnsignedLong(second);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
