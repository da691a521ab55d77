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
import java.util.regex.Pattern;

/**
 * The names under which copies grow in the directory they are for, before they get their own. One
 * name belongs to one target for ever, so that a repeated transfer uses up what a killed one left.
 * Such names are never copied themselves: a half file could meet the temporary name of another.
 */
final class PartNames {
  private static final String PREFIX = ".dedupfs-";
  private static final String SUFFIX = ".part";
  private static final int HASH_BYTES = 16;
  private static final Pattern PART = Pattern.compile("\\.dedupfs-[0-9a-f]{32}\\.part");

  private PartNames() {}

  /**
   * The name for a copy that is to be called {@code name}. Two names of a directory must not share
   * one, not even those that somebody made up for the purpose: hence a cryptographic hash.
   */
  static byte[] of(byte[] name) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(name);
      String text = PREFIX + HexFormat.of().formatHex(hash, 0, HASH_BYTES) + SUFFIX;
      return text.getBytes(StandardCharsets.US_ASCII);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static boolean isPart(byte[] name) {
    return name.length > PREFIX.length()
        && name[0] == '.'
        && PART.matcher(new String(name, StandardCharsets.ISO_8859_1)).matches();
  }

  /** Deletes what a killed transfer left in a directory that nothing is being copied to yet. */
  static void deleteLeftovers(Side side, Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (isPart(side.name(entry)) && !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          Files.deleteIfExists(entry);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }
}
