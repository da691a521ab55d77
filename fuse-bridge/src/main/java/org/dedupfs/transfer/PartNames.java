package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names under which copies grow in the directory they are for, before they get their own. Each
 * transfer has names of its own, so that two of them into one directory cannot publish or delete
 * what the other is writing. A name says which process it belongs to: once that has ended, the next
 * transfer to that directory deletes what it left. Such names are never copied themselves.
 *
 * <p>A process that this one may not look at is taken for alive. One on another machine or in
 * another container, where the same number may mean another, is taken for ended. It then fails to
 * publish the entry, and says so; nothing wrong appears anywhere.
 */
final class PartNames {
  private static final String PREFIX = ".dedupfs-";
  private static final String SUFFIX = ".part";
  private static final int HASH_BYTES = 16;

  /** Hash of the name, then number, start and boot of the process, and the transfer within it. */
  private static final Pattern PART =
      Pattern.compile(
          "\\.dedupfs-([0-9a-f]{32})(?:-([0-9a-f]{1,15})-([0-9a-f]{1,15})-([0-9a-f]{16})"
              + "-[0-9a-f]{1,15})?\\.part");

  private static final AtomicLong TRANSFERS = new AtomicLong();

  private final String owner;

  /** Those of one transfer. */
  PartNames() {
    this.owner = owner(OwnerProcess.current(), TRANSFERS.incrementAndGet());
  }

  static String owner(OwnerProcess process, long transfer) {
    return "-"
        + Long.toHexString(process.pid())
        + "-"
        + Long.toHexString(process.startTicks())
        + "-"
        + process.boot()
        + "-"
        + Long.toHexString(transfer);
  }

  /** The name for a copy that is to be called {@code name}. */
  byte[] of(byte[] name) {
    return of(name, owner);
  }

  static byte[] of(byte[] name, String owner) {
    return (PREFIX + hash(name) + owner + SUFFIX).getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Two names of a directory must not share one, not even those that somebody made up for the
   * purpose: hence a cryptographic hash.
   */
  private static String hash(byte[] name) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(name);
      return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static boolean isPart(byte[] name) {
    return parse(name) != null;
  }

  private static @Nullable Matcher parse(byte[] name) {
    if (name.length <= PREFIX.length() || name[0] != '.') {
      return null;
    }
    Matcher part = PART.matcher(new String(name, StandardCharsets.ISO_8859_1));
    return part.matches() ? part : null;
  }

  /** Deletes what killed transfers left in a directory. */
  static void deleteLeftovers(Side side, Path directory) throws IOException {
    deleteLeftovers(side, directory, hash -> true);
  }

  /** As that, but only what was to be called {@code name}. */
  static void deleteLeftovers(Side side, Path directory, byte[] name) throws IOException {
    deleteLeftovers(side, directory, hash(name)::equals);
  }

  private static void deleteLeftovers(Side side, Path directory, Predicate<String> wanted)
      throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        Matcher part = parse(side.name(entry));
        if (part != null
            && wanted.test(part.group(1))
            && !isOwned(part)
            && !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          Files.deleteIfExists(entry);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** Whether the process that it belongs to may still be there. */
  private static boolean isOwned(Matcher part) {
    if (part.group(2) == null) {
      return false;
    }
    long pid = Long.parseLong(part.group(2), 16);
    long startTicks = Long.parseLong(part.group(3), 16);
    return new OwnerProcess(pid, startTicks, part.group(4)).mayBeAlive();
  }
}
