package org.dedupfs.metadata;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.dedupfs.metadata.SqliteLog.Header;

/**
 * Goes through the frames of a log in their order, and tells of each what it says of itself. Reads
 * a megabyte at once and keeps no more, however long the log is.
 */
final class LogFrames {
  static final int CHECKSUM_AT = 16;
  private static final int SALTS_AT = 8;
  private static final int FRAMES_PER_READ = 256;
  private static final int SECTOR_BYTES = 512;

  private final SqliteLog log;
  private final Header header;
  private final long end;
  private final ByteBuffer buffer;

  /** The first of those in the buffer. */
  private long buffered;

  /** The one that was reached. */
  private long index;

  /** Where that is in the buffer. */
  private int offset;

  private long checksum;
  private boolean isWhole;
  private boolean isChained = true;

  LogFrames(SqliteLog log, Header header, long first) throws IOException {
    this.log = log;
    this.header = header;
    this.end = log.frames();
    int atOnce = (int) Math.max(0, Math.min(FRAMES_PER_READ, end - first));
    this.buffer = ByteBuffer.allocate(atOnce * SqliteLog.FRAME_BYTES);
    this.buffered = first - FRAMES_PER_READ;
    this.index = first - 1;
    this.checksum = log.checksumBefore(header, first);
  }

  /** Goes to the next frame, if there is one. */
  boolean next() throws IOException {
    if (index + 1 >= end) {
      return false;
    }
    index++;
    if (index - buffered >= FRAMES_PER_READ) {
      log.read(buffer, SqliteLog.frameAt(index));
      buffered = index;
    }
    offset = (int) (index - buffered) * SqliteLog.FRAME_BYTES;
    long before = checksum;
    checksum = buffer.getLong(offset + CHECKSUM_AT);
    isWhole =
        isCurrent()
            && page() > 0
            && SqliteLog.sumOfFrame(before, buffer.array(), offset, header.order()) == checksum;
    isChained &= isWhole;
    return true;
  }

  /** Counted from 0. */
  long index() {
    return index;
  }

  /** The number of the page that it holds. */
  int page() {
    return buffer.getInt(offset);
  }

  /** Pages of the file after a commit that ends here, else 0. */
  int commit() {
    return buffer.getInt(offset + 4);
  }

  /** Whether it has the salts of this log, and not those of an earlier one. */
  boolean isCurrent() {
    return buffer.getLong(offset + SALTS_AT) == header.salts();
  }

  /** Whether its checksum goes on from the one stored before it. */
  boolean isWhole() {
    return isWhole;
  }

  /** Whether it and all before it, from where this began, are whole. */
  boolean isChained() {
    return isChained;
  }

  /** Whether its header lies in one sector, so that no power cut leaves half of it. */
  boolean hasUntornHeader() {
    return SqliteLog.frameAt(index) % SECTOR_BYTES + SqliteLog.FRAME_HEADER_BYTES <= SECTOR_BYTES;
  }
}
