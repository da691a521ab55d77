package org.dedupfs.metadata;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import org.dedupfs.metadata.SqliteLog.Header;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a metadata file and of its log, read without SQLite, which refuses a damaged one.
 * Nothing in them is believed. Nobody may have the file open.
 *
 * @see <a href="https://www.sqlite.org/fileformat2.html">Database File Format</a>
 */
final class SqlitePages implements AutoCloseable {
  private static final int PAGE = SqliteFormat.PAGE_BYTES;
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int PAGE_BYTES_AT = 16;
  private static final int COUNT_AT = 28;
  private static final int FIRST_FREE_AT = 32;

  private final FileChannel file;
  private final @Nullable SqliteLog log;

  /** Which frame of the log has the last committed form of a page. */
  private final LoggedPages logged = new LoggedPages();

  /** Whether nothing of the log follows behind what could be read of it. */
  private boolean logIsWhole;

  private final int count;

  private SqlitePages(FileChannel file, @Nullable SqliteLog log, boolean logIsWhole)
      throws IOException {
    this.file = file;
    this.log = log;
    this.logIsWhole = logIsWhole;
    int pages = Math.toIntExact((file.size() + PAGE - 1) / PAGE);
    count = log == null ? pages : Math.max(pages, readLog(log, pages));
  }

  static SqlitePages open(Path path, Path logPath) throws IOException {
    boolean logIsWhole = LogCheck.look(path).text() == null;
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      SqliteLog log = Files.exists(logPath) ? SqliteLog.open(logPath) : null;
      return new SqlitePages(file, log, logIsWhole);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Numbers of pages begin with 1. */
  int count() {
    return count;
  }

  /** What is there, filled up with zeros; null beyond the end. */
  byte @Nullable [] page(int number) throws IOException {
    if (number < 1 || number > count) {
      return null;
    }
    ByteBuffer page = ByteBuffer.allocate(PAGE);
    long frame = logged.get(number);
    if (frame >= 0 && log != null) {
      return log.bytes(SqliteLog.frameAt(frame) + SqliteLog.FRAME_HEADER_BYTES, PAGE).array();
    }
    read(file, page, (number - 1L) * PAGE);
    return page.array();
  }

  private static void read(FileChannel channel, ByteBuffer target, long position)
      throws IOException {
    long at = position;
    int read = 0;
    while (target.hasRemaining() && read >= 0) {
      read = channel.read(target, at);
      at += read;
    }
  }

  /**
   * Takes over what the log has; returns the highest page. From a sound one that is what SQLite
   * reads. In a damaged one frames are taken up to the last commit, because they are newer than the
   * file; the page of a damaged frame, too, if it says which it is: rows are believed by their own
   * checksums only.
   */
  private int readLog(SqliteLog from, int pages) throws IOException {
    Header header = logIsWhole ? from.header() : from.headerOrGuess();
    if (header == null) {
      logIsWhole &= from.size() < SqliteLog.HEADER_BYTES + SqliteLog.FRAME_BYTES;
      return 0;
    }
    LogFrames frames = from.framesFrom(header, 0);
    long end = 0;
    int highestWhole = pages;
    int highest = pages;
    boolean goesOn = false;
    while (frames.next()) {
      if (frames.isWhole()) {
        highestWhole = Math.max(highestWhole, Math.max(frames.page(), frames.commit()));
      }
      goesOn |= frames.isCurrent();
      if (isCommit(frames)) {
        end = frames.index() + 1;
        highest = highestWhole;
        goesOn = false;
      }
    }
    // What follows of this log belongs to a commit that did not come to its end, or is damaged.
    logIsWhole &= !goesOn;
    return Math.max(highest, putLogged(from.framesFrom(header, 0), end, highest + from.frames()));
  }

  /**
   * Notes where pages are.
   *
   * @param most the highest that there can be: any number may stand in a damaged frame
   * @return the highest there is
   */
  private int putLogged(LogFrames frames, long end, long most) throws IOException {
    int highest = 0;
    while (frames.index() + 1 < end && frames.next()) {
      if (frames.isCurrent() && frames.page() > 0 && frames.page() <= most) {
        logged.put(frames.page(), frames.index());
        highest = Math.max(highest, frames.page());
      }
    }
    return highest;
  }

  private boolean isCommit(LogFrames frame) {
    return frame.commit() != 0 && (logIsWhole ? frame.isChained() : frame.isCurrent());
  }

  /** Pages that hold nothing, or what was deleted. */
  record Free(BitSet pages, boolean complete) {}

  /** Follows the list of free pages; where that leads nowhere, looks for parts of it. */
  Free free() throws IOException {
    Free listed = listedFree();
    if (!listed.complete()) {
      for (int number = 2; number <= count; number++) {
        addTrunk(number, listed.pages());
      }
    }
    return listed;
  }

  /**
   * Takes a page for a part of the list of free pages if it looks like one. What continues a long
   * row may look so too, if it has nothing but numbers of pages: then rows are missed, never mixed.
   */
  private void addTrunk(int number, BitSet free) throws IOException {
    byte[] bytes = page(number);
    if (bytes == null) {
      return;
    }
    ByteBuffer page = ByteBuffer.wrap(bytes);
    int next = page.getInt(0);
    int leaves = page.getInt(4);
    if (next < 0 || next > count || leaves < 1 || leaves > PAGE / 4 - 2) {
      return;
    }
    for (int i = 0; i < leaves; i++) {
      int leaf = page.getInt(8 + 4 * i);
      if (leaf < 2 || leaf > count) {
        return;
      }
    }
    free.set(number);
    for (int i = 0; i < leaves; i++) {
      free.set(page.getInt(8 + 4 * i));
    }
  }

  private Free listedFree() throws IOException {
    BitSet free = new BitSet(count + 1);
    byte[] first = page(1);
    if (first == null || !logIsWhole || !isHeader(first)) {
      return new Free(free, false);
    }
    ByteBuffer header = ByteBuffer.wrap(first);
    int trunk = header.getInt(FIRST_FREE_AT);
    int expected = header.getInt(FIRST_FREE_AT + 4);
    Set<Integer> seen = new HashSet<>();
    while (trunk != 0) {
      byte[] bytes = seen.add(trunk) ? page(trunk) : null;
      if (bytes == null) {
        return new Free(free, false);
      }
      free.set(trunk);
      ByteBuffer page = ByteBuffer.wrap(bytes);
      int leaves = page.getInt(4);
      if (leaves < 0 || leaves > PAGE / 4 - 2) {
        return new Free(free, false);
      }
      for (int i = 0; i < leaves; i++) {
        int leaf = page.getInt(8 + 4 * i);
        if (leaf > 1 && leaf <= count) {
          free.set(leaf);
        }
      }
      trunk = page.getInt(0);
    }
    return new Free(free, free.cardinality() == expected);
  }

  /** Whether a first page is what it should be: zeros, too, say that no page is free. */
  private boolean isHeader(byte[] first) {
    ByteBuffer header = ByteBuffer.wrap(first);
    return Arrays.equals(first, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
        && Short.toUnsignedInt(header.getShort(PAGE_BYTES_AT)) == PAGE
        && header.getInt(COUNT_AT) == count;
  }

  @Override
  public void close() throws IOException {
    try (file) {
      if (log != null) {
        log.close();
      }
    }
  }
}
