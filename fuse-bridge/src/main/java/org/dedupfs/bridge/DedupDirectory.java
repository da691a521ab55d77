package org.dedupfs.bridge;

import java.io.IOException;
import java.util.List;
import org.dedupfs.DirectoryCursor;
import org.dedupfs.DirectoryCursor.Entry;

/**
 * An open directory of a store. Offsets: 1 and 2 of the dots, then the cookies, which are greater
 * than 15 and have 62 bits. Names that share a cookie, which chance brings about once in billions
 * of names, are told apart by one more bit: "behind the first of them".
 */
final class DedupDirectory implements MountedDirectory {
  private static final long OF_DOT = 1;
  private static final long OF_DOT_DOT = 2;
  private static final long LEAST_COOKIE = 16;
  private static final long BEHIND_FIRST = 1L << 62;
  private static final int PIECE = 128;

  private final DirectoryCursor cursor;
  private final long parentIno;

  DedupDirectory(DirectoryCursor cursor, long parentIno) {
    this.cursor = cursor;
    this.parentIno = parentIno;
  }

  @Override
  public void read(long afterOffset, DirectoryFiller filler) throws IOException {
    if (afterOffset < OF_DOT
        && !filler.add(new byte[] {'.'}, cursor.attributes().ino(), FileModes.DIRECTORY, OF_DOT)) {
      return;
    }
    if (afterOffset < OF_DOT_DOT
        && !filler.add(new byte[] {'.', '.'}, parentIno, FileModes.DIRECTORY, OF_DOT_DOT)) {
      return;
    }
    long cookie = afterOffset & ~BEHIND_FIRST;
    if ((afterOffset & BEHIND_FIRST) != 0) {
      cookie = readRest(cookie, filler);
    } else if (cookie < LEAST_COOKIE) {
      cookie = DirectoryCursor.START;
    }
    while (cookie >= 0) {
      List<Entry> entries = cursor.read(cookie, PIECE);
      cookie = add(entries, 0, filler);
    }
  }

  /** The names of a cookie but the first, and what comes with them. */
  private long readRest(long cookie, DirectoryFiller filler) throws IOException {
    List<Entry> entries = cursor.read(cookie - 1, PIECE);
    boolean first = !entries.isEmpty() && entries.get(0).cookie() == cookie;
    return add(entries, first ? 1 : 0, filler);
  }

  /** Where to go on, or -1 if this was the end or the filler is full. */
  private static long add(List<Entry> entries, int from, DirectoryFiller filler) {
    long last = -1;
    for (int i = from; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      boolean shared = i + 1 < entries.size() && entries.get(i + 1).cookie() == entry.cookie();
      long offset = shared ? entry.cookie() | BEHIND_FIRST : entry.cookie();
      if (!filler.add(entry.name(), entry.ino(), entry.type(), offset)) {
        return -1;
      }
      last = entry.cookie();
    }
    return last;
  }

  @Override
  public void close() throws IOException {
    cursor.close();
  }
}
