package org.dedupfs.blocks;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Security;
import java.util.Set;
import java.util.TreeSet;

/** A digest of the Java platform with at least 256 bits. Safe for use by any number of threads. */
final class HashAlgorithm {
  static final int MIN_BYTES = 32;

  /** The length of a digest must fit into one byte of a block's header. */
  static final int MAX_BYTES = 255;

  private final String name;
  private final int digestBytes;
  private final ThreadLocal<MessageDigest> digests = ThreadLocal.withInitial(this::newDigest);

  private HashAlgorithm(String name, int digestBytes) {
    this.name = name;
    this.digestBytes = digestBytes;
  }

  /**
   * Finds a digest by its JCA name.
   *
   * @throws IllegalArgumentException if there is none of that name, or it is too short; names those
   *     there are
   */
  static HashAlgorithm of(String name) {
    int bytes = digestBytes(name);
    if (bytes < MIN_BYTES || bytes > MAX_BYTES) {
      String why = bytes < 0 ? "is not known to this Java platform" : "has fewer than 256 bits";
      throw new IllegalArgumentException(
          "hash " + name + " " + why + "; allowed are " + String.join(", ", allowed()));
    }
    return new HashAlgorithm(name, bytes);
  }

  private static int digestBytes(String name) {
    try {
      return MessageDigest.getInstance(name).getDigestLength();
    } catch (NoSuchAlgorithmException e) {
      return -1;
    }
  }

  /** The names of all that blocks can be stored under. */
  static Set<String> allowed() {
    Set<String> names = new TreeSet<>();
    for (String name : Security.getAlgorithms("MessageDigest")) {
      if (digestBytes(name) >= MIN_BYTES) {
        names.add(name);
      }
    }
    return names;
  }

  private MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("hash " + name + " has gone", e);
    }
  }

  int digestBytes() {
    return digestBytes;
  }

  BlockHash hash(ByteBuffer raw) {
    MessageDigest digest = digests.get();
    digest.update(raw.duplicate());
    return BlockHash.of(digest.digest());
  }

  BlockHash hash(byte[] array, int offset, int length) {
    MessageDigest digest = digests.get();
    digest.update(array, offset, length);
    return BlockHash.of(digest.digest());
  }

  @Override
  public String toString() {
    return name;
  }
}
