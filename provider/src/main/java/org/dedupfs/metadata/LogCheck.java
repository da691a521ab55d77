package org.dedupfs.metadata;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.dedupfs.metadata.SqliteLog.Header;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the log that a killed store left, before SQLite takes what is damaged for the end that a
 * power cut leaves, goes on without all behind it, and deletes the log.
 *
 * <p>A power cut leaves any part of the commit that was under way, and nothing behind that: the
 * next one begins when this one is durable. So each of these proves damage: something whole behind
 * the end of a commit that cannot be read; one page twice among what cannot be read; one bit that
 * makes a checksum right; less than a {@link LogMark} says that there was. What was committed less
 * than about a second before the kill, with nothing behind it, and is damaged by more than a bit,
 * looks like a commit that was under way.
 */
final class LogCheck {
  private final Path database;
  private final Path path;
  private final @Nullable LogMark mark;

  /**
   * What is wrong with a log.
   *
   * @param text what; null if nothing is
   * @param bit the one that has to be put right, if that helps
   */
  record Verdict(@Nullable String text, @Nullable FlippedBit bit) {
    static final Verdict SOUND = new Verdict(null, null);
  }

  private LogCheck(Path database, @Nullable LogMark mark) {
    this.database = database;
    this.path = logOf(database);
    this.mark = mark;
  }

  private static Path logOf(Path database) {
    return database.resolveSibling(database.getFileName() + "-wal");
  }

  /**
   * Lets only a log pass that has all that was acknowledged, as far as can be told.
   *
   * @throws MetadataDamagedException if it has not; nothing is changed
   */
  static void requireSound(Path database) throws IOException {
    String text = look(database).text();
    if (text != null) {
      throw new MetadataDamagedException(
          text
              + "; commits that were acknowledged would be lost: put the store back from a copy, or"
              + " run dedupfs repair STORE, which saves what it can; nothing was changed");
    }
  }

  /**
   * Puts bits right, in place, if that is all that is wrong with a log. Nobody may have it open.
   *
   * @return what was put right
   */
  static List<String> mend(Path database) throws IOException {
    List<String> mended = new ArrayList<>();
    for (Verdict verdict = look(database); verdict.text() != null; verdict = look(database)) {
      FlippedBit bit = verdict.bit();
      if (bit == null) {
        break;
      }
      try (FileChannel channel =
          FileChannel.open(logOf(database), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        ByteBuffer one = ByteBuffer.allocate(1);
        channel.read(one, bit.at());
        bit.putRight(one, bit.at());
        channel.write(one.flip(), bit.at());
        channel.force(false);
      }
      mended.add(verdict.text());
    }
    return mended;
  }

  static Verdict look(Path database) throws IOException {
    Path path = logOf(database);
    LogMark mark = LogMark.read(database);
    LogCheck check = new LogCheck(database, mark);
    if (!Files.exists(path)) {
      return check.withoutLog("is missing");
    }
    try (SqliteLog log = SqliteLog.open(path)) {
      if (log.size() == 0) {
        return check.withoutLog("is empty");
      }
      Header header = log.header();
      return header == null ? check.headless(log) : check.look(log, header);
    }
  }

  private Verdict withoutLog(String what) {
    return mark != null && mark.begun() && !isInFile(mark)
        ? lost("the log " + path + " of a store that was not closed " + what + ", and not by us")
        : Verdict.SOUND;
  }

  /** Whether the file has by itself what the log had when it was looked at last. */
  private boolean isInFile(LogMark noted) {
    return noted.commit() > 0 && SqliteFile.commitsWithoutLog(database) >= noted.commit();
  }

  private Verdict lost(String what) {
    return new Verdict(
        what
            + " (if an older copy of "
            + database
            + " was put back on purpose, delete "
            + LogMark.path(database)
            + ")",
        null);
  }

  /** It is durable before the first frame, so a power cut leaves a log without it only if empty. */
  private Verdict headless(SqliteLog log) throws IOException {
    ByteBuffer bytes = log.headerBytes();
    for (FlippedBit bit : FlippedBit.ofHeader(bytes)) {
      bit.putRight(bytes, 0);
      Header header = Header.of(bytes);
      bit.putRight(bytes, 0);
      if (header != null && hasCommit(log, header)) {
        return new Verdict("a bit in the first bytes of the log " + path + " has flipped", bit);
      }
    }
    return withoutLog("has lost its first bytes");
  }

  private static boolean hasCommit(SqliteLog log, Header header) throws IOException {
    LogFrames frames = log.framesFrom(header, 0);
    while (frames.next() && frames.isChained()) {
      if (frames.commit() != 0) {
        return true;
      }
    }
    return false;
  }

  private Verdict look(SqliteLog log, Header header) throws IOException {
    LogFrames frames = log.framesFrom(header, 0);
    long chained = 0;
    long committed = 0;
    while (frames.next() && frames.isChained()) {
      chained++;
      committed = frames.commit() != 0 ? chained : committed;
    }
    Verdict verdict = chained < log.frames() ? broken(log, header, chained, committed) : null;
    return verdict != null ? verdict : less(header, committed);
  }

  /**
   * What is wrong with a log in which not all is whole; null if it may be what a power cut leaves.
   *
   * @param chained the first frame that is not
   * @param committed how many frames a commit ends behind, of those that are
   */
  private @Nullable Verdict broken(SqliteLog log, Header header, long chained, long committed)
      throws IOException {
    long brokenAt = SqliteLog.frameAt(chained);
    List<FlippedBit> bits = flipped(log, header, chained);
    if (!bits.isEmpty()) {
      String where = bits.size() == 1 ? "at " : "somewhere behind ";
      long at = bits.size() == 1 ? bits.get(0).at() : brokenAt;
      return new Verdict(
          "a bit " + where + at + " of the log " + path + " has flipped",
          bits.size() == 1 ? bits.get(0) : null);
    }
    if (mark != null && mark.synced() && endedBefore(log.framesFrom(header, committed))) {
      return new Verdict(
          String.format(
              "the log %s is damaged at %d, and whole commits are behind that", path, brokenAt),
          null);
    }
    return null;
  }

  /** Bits of which one has flipped; none if no commit is lost by that, but one that never ended. */
  private static List<FlippedBit> flipped(SqliteLog log, Header header, long index)
      throws IOException {
    long at = SqliteLog.frameAt(index);
    long before = log.checksumBefore(header, index);
    ByteBuffer bytes = log.bytes(at, SqliteLog.FRAME_BYTES);
    List<FlippedBit> bits = FlippedBit.ofFrame(bytes, header, before, at);
    List<FlippedBit> likely = new ArrayList<>();
    boolean ends = false;
    for (FlippedBit bit : bits) {
      bit.putRight(bytes, at);
      boolean goesOn = goesOn(log, header, index + 1, bytes.getLong(LogFrames.CHECKSUM_AT));
      ends |= bytes.getInt(4) != 0 || (goesOn && endsBehind(log, header, index + 1));
      bit.putRight(bytes, at);
      if (goesOn) {
        likely.add(bit);
      }
    }
    return !ends ? List.of() : likely.isEmpty() ? bits : likely;
  }

  /** Whether a frame is whole if this is the checksum before it. */
  private static boolean goesOn(SqliteLog log, Header header, long index, long before)
      throws IOException {
    if (index >= log.frames()) {
      return false;
    }
    ByteBuffer bytes = log.bytes(SqliteLog.frameAt(index), SqliteLog.FRAME_BYTES);
    return bytes.getLong(8) == header.salts()
        && SqliteLog.sum(before, bytes, header.order()) == bytes.getLong(LogFrames.CHECKSUM_AT);
  }

  /** Whether a commit ends at a frame that is whole, or at one that goes on from there. */
  private static boolean endsBehind(SqliteLog log, Header header, long index) throws IOException {
    LogFrames frames = log.framesFrom(header, index);
    while (frames.next()) {
      if (frames.index() > index && !frames.isWhole()) {
        return false;
      }
      if (frames.commit() != 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a commit behind the last that can be read had ended when more was written. Remembers
   * the pages of one commit at most.
   */
  private static boolean endedBefore(LogFrames frames) throws IOException {
    boolean ended = false;
    Set<Integer> pages = new HashSet<>();
    boolean again = false;
    while (frames.next()) {
      if (!frames.isCurrent()) {
        continue;
      }
      if (frames.isWhole()) {
        if (ended) {
          return true;
        }
        // The last page of a commit may be there twice, if the first time it had to make room.
        again |= frames.commit() == 0 && !pages.add(frames.page());
        if (again && frames.commit() != 0) {
          return true;
        }
      }
      ended |= frames.commit() != 0 && (frames.isWhole() || frames.hasUntornHeader());
    }
    return false;
  }

  private Verdict less(Header header, long committed) {
    if (mark == null || !mark.begun()) {
      return Verdict.SOUND;
    }
    int ahead = header.salt1() - (int) (mark.salts() >>> 32);
    boolean isOther = ahead < 0 || (ahead == 0 && header.salts() != mark.salts());
    boolean isShort = ahead == 0 && committed < mark.frames();
    if ((!isOther && !isShort) || isInFile(mark)) {
      return Verdict.SOUND;
    }
    return lost(
        isOther
            ? "the log " + path + " is not the one of the last opening"
            : String.format(
                "the log %s ends after %d pages, and there were %d",
                path, committed, mark.frames()));
  }
}
