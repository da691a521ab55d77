package org.dedupfs.metadata;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a metadata file and of its log, read without SQLite, which refuses a damaged one.
 * Nothing in them is believed. Nobody may have the file open.
 *
 * @see <a href="https://www.sqlite.org/fileformat2.html">Database File Format</a>
 */
final class SqlitePages implements AutoCloseable {
  private static final int PAGE = SqliteFormat.PAGE_BYTES;
  private static final int LOG_HEADER = 32;
  private static final int FRAME_HEADER = 24;
  private static final int LOG_MAGIC = 0x377f0682;
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int PAGE_BYTES_AT = 16;
  private static final int COUNT_AT = 28;
  private static final int FIRST_FREE_AT = 32;

  private final FileChannel file;
  private final @Nullable FileChannel log;

  /** Where in the log the last committed form of a page is. */
  private final Map<Integer, Long> logged = new HashMap<>();

  /** Whether nothing of the log follows behind what could be read of it. */
  private boolean logIsWhole = true;

  private final int count;

  private SqlitePages(FileChannel file, @Nullable FileChannel log) throws IOException {
    this.file = file;
    this.log = log;
    int pages = Math.toIntExact((file.size() + PAGE - 1) / PAGE);
    count = log == null ? pages : Math.max(pages, readLog(log));
  }

  static SqlitePages open(Path path, Path logPath) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      FileChannel log =
          Files.exists(logPath) ? FileChannel.open(logPath, StandardOpenOption.READ) : null;
      return new SqlitePages(file, log);
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
    Long inLog = logged.get(number);
    if (inLog != null && log != null) {
      read(log, page, inLog);
    } else {
      read(file, page, (number - 1L) * PAGE);
    }
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

  /** Takes over what the log has, up to its last sound commit; returns the highest page. */
  private int readLog(FileChannel channel) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(LOG_HEADER);
    read(channel, header, 0);
    int magic = header.getInt(0);
    if (header.hasRemaining() || (magic & ~1) != LOG_MAGIC || header.getInt(8) != PAGE) {
      logIsWhole = channel.size() < LOG_HEADER + FRAME_HEADER + PAGE;
      return 0;
    }
    ByteOrder order = (magic & 1) != 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    Checksum sum = new Checksum();
    sum.add(header.array(), 0, 24, order);
    if (!sum.is(header.getInt(24), header.getInt(28))) {
      logIsWhole = channel.size() < LOG_HEADER + FRAME_HEADER + PAGE;
      return 0;
    }
    Map<Integer, Long> pending = new HashMap<>();
    int highest = 0;
    ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER + PAGE);
    for (long at = LOG_HEADER; at + frame.capacity() <= channel.size(); at += frame.capacity()) {
      read(channel, frame.clear(), at);
      sum.add(frame.array(), 0, 8, order);
      sum.add(frame.array(), FRAME_HEADER, PAGE, order);
      if (frame.getLong(8) != header.getLong(16) || !sum.is(frame.getInt(16), frame.getInt(20))) {
        logIsWhole = !follows(channel, header.getLong(16), at);
        break;
      }
      pending.put(frame.getInt(0), at + FRAME_HEADER);
      if (frame.getInt(4) != 0) {
        logged.putAll(pending);
        highest = Math.max(highest, frame.getInt(4));
        pending.clear();
      }
    }
    return highest;
  }

  /** Whether from a position on there is a frame of this log; those of an earlier one may be. */
  private static boolean follows(FileChannel channel, long salts, long from) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER);
    for (long at = from; at + FRAME_HEADER + PAGE <= channel.size(); at += FRAME_HEADER + PAGE) {
      read(channel, frame.clear(), at);
      if (frame.getLong(8) == salts) {
        return true;
      }
    }
    return false;
  }

  /** That of a log: two sums over words. */
  private static final class Checksum {
    private int first;
    private int second;

    void add(byte[] bytes, int from, int length, ByteOrder order) {
      ByteBuffer words = ByteBuffer.wrap(bytes, from, length).order(order);
      while (words.hasRemaining()) {
        first += words.getInt() + second;
        second += words.getInt() + first;
      }
    }

    boolean is(int expectedFirst, int expectedSecond) {
      return first == expectedFirst && second == expectedSecond;
    }
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
