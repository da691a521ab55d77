package org.dedupfs.blocks;

import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Says what an error of RocksDB means. */
final class RocksErrors {
  private static final Pattern WRITING =
      Pattern.compile(
          "While [^:]*(append|sync|closing file|renam|unlink|truncat|fallocate|pwrite|write|mkdir)");

  private RocksErrors() {}

  /**
   * Whether this is about the bytes of a file, and not about the file system or the moment: a bad
   * checksum, a missing file, a bad sector.
   */
  static boolean isDamage(RocksDBException e) {
    Status status = e.getStatus();
    if (status == null) {
      return false;
    }
    return status.getCode() == Status.Code.Corruption
        || (status.getCode() == Status.Code.IOError
            && (says(e, "No such file") || says(e, "Input/output error")));
  }

  /**
   * Lets only an error pass that the bytes of a file are to blame for. A disk or a system that
   * refuses for now says nothing about what is in the file.
   */
  static void requireDamage(Object file, RocksDBException e) throws IOException {
    if (!isCorruption(e)) {
      throw refusal("the file " + file, e);
    }
  }

  /** As {@link #requireDamage}, but a file that is not there is lost, too. */
  static void requireLoss(Object directory, RocksDBException e) throws IOException {
    if (!isCorruption(e) && !(isDamage(e) && says(e, "No such file"))) {
      throw refusal("a file in " + directory, e);
    }
  }

  private static boolean isCorruption(RocksDBException e) {
    Status status = e.getStatus();
    return status != null && status.getCode() == Status.Code.Corruption;
  }

  private static IOException refusal(String what, RocksDBException e) {
    return new IOException(
        what
            + " cannot be read, which does not mean that it is damaged; mend the cause, or copy what"
            + " can be read of it to another disk: "
            + e.getMessage(),
        e);
  }

  static IOException onRead(RocksDBException e) {
    String message = "the block store cannot be read: " + e.getMessage();
    return isDamage(e) ? new BlockStoreDamagedException(message, e) : new IOException(message, e);
  }

  static IOException onWrite(RocksDBException e) {
    if (isNoSpace(e)) {
      return new BlockStoreFullException(
          "no space left for blocks; free some, then open the store again: " + e.getMessage(), e);
    }
    return new IOException(
        "blocks cannot be written; mend the cause, then open the store again: " + e.getMessage(),
        e);
  }

  static IOException onOpen(Object directory, RocksDBException e) {
    if (isNoSpace(e)) {
      return new BlockStoreFullException(
          "no space left to open the blocks in " + directory + "; free some: " + e.getMessage(), e);
    }
    if (says(e, "/LOCK")) {
      return new IOException(
          "the blocks in " + directory + " are in use; close the other store: " + e.getMessage(),
          e);
    }
    if ((isDamage(e) && !isWriting(e)) || says(e, "Column famil")) {
      return new BlockStoreDamagedException(
          "the blocks in "
              + directory
              + " are damaged; run dedupfs repair STORE, or put the file that is named here back"
              + " from a copy: "
              + e.getMessage(),
          e);
    }
    return new IOException(
        "the blocks in " + directory + " cannot be opened: " + e.getMessage(), e);
  }

  /**
   * Whether something could not be written, which says nothing about what is in the files. RocksDB
   * begins its messages with what it did.
   */
  private static boolean isWriting(RocksDBException e) {
    @Nullable String message = e.getMessage();
    return message != null && WRITING.matcher(message).lookingAt();
  }

  private static boolean isNoSpace(RocksDBException e) {
    Status status = e.getStatus();
    return (status != null && status.getSubCode() == Status.SubCode.NoSpace)
        || says(e, "No space left")
        || says(e, "quota exceeded");
  }

  private static boolean says(RocksDBException e, String words) {
    @Nullable String message = e.getMessage();
    return message != null && message.contains(words);
  }
}
