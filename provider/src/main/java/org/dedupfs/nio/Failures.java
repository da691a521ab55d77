package org.dedupfs.nio;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.ReadOnlyFileSystemException;
import org.dedupfs.DamagedFileException;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystemException.Reason;
import org.dedupfs.blocks.BlockDamagedException;
import org.dedupfs.blocks.BlockStoreDamagedException;
import org.dedupfs.blocks.BlockStoreFullException;
import org.dedupfs.content.DamagedContentException;
import org.dedupfs.content.StoreFullException;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.MetadataFullException;
import org.dedupfs.tree.TreeException;
import org.jspecify.annotations.Nullable;

/** The one place where failures of the layers below become those of {@code java.nio.file}. */
final class Failures {
  private Failures() {}

  /**
   * The exception to throw for a failed operation on {@code path} (and {@code other}); total.
   *
   * @throws ReadOnlyFileSystemException instead, where that is the one
   */
  static IOException of(IOException failure, DedupPath path, @Nullable DedupPath other) {
    String otherText = other == null ? null : other.toString();
    if (failure instanceof TreeException e) {
      return ofTree(e.failure(), path.toString(), otherText);
    }
    if (failure instanceof FileSystemException || failure instanceof InterruptedIOException) {
      return failure;
    }
    // What it comes from may lie deeper: a commit failed, because its write did, because ...
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isDamage(cause)) {
        return new DamagedFileException(path.toString(), failure.getMessage(), failure);
      }
      if (isFullDisk(cause)) {
        IOException full =
            new DedupFileSystemException(
                path.toString(), otherText, Reason.NO_SPACE, failure.getMessage());
        full.initCause(failure);
        return full;
      }
    }
    String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    IOException result = new FileSystemException(path.toString(), otherText, reason);
    result.initCause(failure);
    return result;
  }

  private static boolean isDamage(Throwable cause) {
    return cause instanceof DamagedContentException
        || cause instanceof MetadataDamagedException
        || cause instanceof BlockDamagedException
        || cause instanceof BlockStoreDamagedException;
  }

  private static boolean isFullDisk(Throwable cause) {
    return cause instanceof StoreFullException
        || cause instanceof MetadataFullException
        || cause instanceof BlockStoreFullException;
  }

  private static IOException ofTree(
      TreeException.Failure failure, String path, @Nullable String other) {
    return switch (failure) {
      case NO_ENTRY -> new NoSuchFileException(path, other, null);
      case EXISTS -> new FileAlreadyExistsException(path, other, null);
      case NOT_EMPTY -> new DirectoryNotEmptyException(path);
      case READ_ONLY -> throw new ReadOnlyFileSystemException();
      case NOT_DIRECTORY -> named(Reason.NOT_DIRECTORY, failure, path, other);
      case IS_DIRECTORY -> named(Reason.IS_DIRECTORY, failure, path, other);
      case LOOP -> named(Reason.LOOP, failure, path, other);
      case NAME_TOO_LONG -> named(Reason.NAME_TOO_LONG, failure, path, other);
      case INVALID -> named(Reason.INVALID, failure, path, other);
      case NOT_PERMITTED -> named(Reason.NOT_PERMITTED, failure, path, other);
      case TOO_MANY_LINKS -> named(Reason.TOO_MANY_LINKS, failure, path, other);
      case NO_ATTRIBUTE -> named(Reason.NO_ATTRIBUTE, failure, path, other);
      case TOO_LARGE -> named(Reason.TOO_LARGE, failure, path, other);
      case BUSY -> named(Reason.BUSY, failure, path, other);
      case NOT_SUPPORTED -> named(Reason.NOT_SUPPORTED, failure, path, other);
      case BAD_HANDLE -> named(Reason.BAD_HANDLE, failure, path, other);
      case NO_SPACE -> named(Reason.NO_SPACE, failure, path, other);
      case OUT_OF_RANGE -> named(Reason.OUT_OF_RANGE, failure, path, other);
      case ARGUMENT_TOO_LARGE -> named(Reason.ARGUMENT_TOO_LARGE, failure, path, other);
    };
  }

  private static IOException named(
      Reason reason, TreeException.Failure failure, String path, @Nullable String other) {
    String text = failure.text();
    String sentence = Character.toUpperCase(text.charAt(0)) + text.substring(1);
    return new DedupFileSystemException(path, other, reason, sentence);
  }
}
