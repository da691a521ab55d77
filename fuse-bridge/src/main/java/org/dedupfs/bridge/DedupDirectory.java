package org.dedupfs.bridge;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.List;
import org.dedupfs.DirectoryCursor;
import org.dedupfs.DirectoryCursor.Entry;

/**
 * An open directory of a store. Offsets: 1 and 2 of the dots, then the cookies, which are greater
 * than 15 and have 62 bits. Names that share a cookie, which chance brings about once in billions
 * of names, are told apart by one more bit: "behind the first of them".
 *
 * <p>The kernel takes 4 KiB of entries at a time. So more are fetched, the more the longer it reads
 * on, and what was not taken is kept for when it goes on just there; POSIX leaves it open whether a
 * name that comes or goes meanwhile is told. Reading from the start fetches anew.
 */
final class DedupDirectory implements MountedDirectory {
  private static final long OF_DOT = 1;
  private static final long OF_DOT_DOT = 2;
  private static final long LEAST_COOKIE = 16;
  private static final long BEHIND_FIRST = 1L << 62;
  private static final int FIRST_PIECE = 128;
  private static final int LARGEST_PIECE = 1024;

  private final DirectoryCursor cursor;
  private final long parentIno;

  /** Fetched entries, those before {@link #next} taken already. */
  @GuardedBy("this")
  private List<Entry> fetched = List.of();

  @GuardedBy("this")
  private int next;

  /** Of the last entry that was taken of {@link #fetched}; 0 if none. */
  @GuardedBy("this")
  private long takenOffset;

  @GuardedBy("this")
  private int piece = FIRST_PIECE;

  /** Whether nothing came behind {@link #fetched} when it was fetched. */
  @GuardedBy("this")
  private boolean complete;

  DedupDirectory(DirectoryCursor cursor, long parentIno) {
    this.cursor = cursor;
    this.parentIno = parentIno;
  }

  @Override
  public synchronized void read(long afterOffset, DirectoryFiller filler) throws IOException {
    if (afterOffset < OF_DOT
        && !filler.add(new byte[] {'.'}, cursor.attributes().ino(), FileModes.DIRECTORY, OF_DOT)) {
      return;
    }
    if (afterOffset < OF_DOT_DOT
        && !filler.add(new byte[] {'.', '.'}, parentIno, FileModes.DIRECTORY, OF_DOT_DOT)) {
      return;
    }
    if (afterOffset < LEAST_COOKIE || afterOffset != takenOffset || fetched.isEmpty()) {
      start(afterOffset);
    }
    while (!fetched.isEmpty() && add(filler) && !complete) {
      fetch(takenOffset);
    }
  }

  /** Has the first entry behind a place come next. */
  @GuardedBy("this")
  private void start(long afterOffset) throws IOException {
    takenOffset = 0;
    piece = FIRST_PIECE;
    long cookie = afterOffset & ~BEHIND_FIRST;
    if ((afterOffset & BEHIND_FIRST) != 0) {
      fetch(cookie - 1);
      next = !fetched.isEmpty() && fetched.get(0).cookie() == cookie ? 1 : 0;
    } else {
      fetch(cookie < LEAST_COOKIE ? DirectoryCursor.START : cookie);
    }
    takenOffset = afterOffset;
  }

  @GuardedBy("this")
  private void fetch(long afterCookie) throws IOException {
    fetched = cursor.read(afterCookie, piece);
    complete = fetched.size() < piece;
    next = 0;
    piece = Math.min(2 * piece, LARGEST_PIECE);
  }

  /** Whether there was room for all that was fetched. */
  @GuardedBy("this")
  private boolean add(DirectoryFiller filler) {
    while (next < fetched.size()) {
      Entry entry = fetched.get(next);
      boolean shared =
          next + 1 < fetched.size() && fetched.get(next + 1).cookie() == entry.cookie();
      long offset = shared ? entry.cookie() | BEHIND_FIRST : entry.cookie();
      if (!filler.add(entry.name(), entry.ino(), entry.type(), offset)) {
        return false;
      }
      takenOffset = offset;
      next++;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    cursor.close();
  }
}
