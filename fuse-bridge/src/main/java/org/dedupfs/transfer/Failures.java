package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Set;
import org.dedupfs.DamagedFileException;
import org.dedupfs.DedupFileSystemException;
import org.jspecify.annotations.Nullable;

/** Tells failures that concern one entry from those that will meet every further one too. */
final class Failures {
  private static final Set<String> OF_ONE_ENTRY =
      Set.of(
          "File name too long",
          "Operation not permitted",
          "Operation not supported",
          "Invalid argument",
          "Invalid or incomplete multibyte or wide character",
          "Is a directory",
          "Not a directory",
          "File too large",
          "Too many links",
          "Too many levels of symbolic links");

  /** A failure of the side that is read: never a reason to give up the rest. */
  static final class SourceException extends IOException {
    private static final long serialVersionUID = 1L;

    SourceException(IOException cause) {
      super(Failures.reason(cause), cause);
    }
  }

  private Failures() {}

  /** Whether the rest of the tree may still be copied. */
  static boolean concernsOneEntry(IOException failure) {
    if (failure instanceof DedupFileSystemException ours) {
      return ours.reason() != DedupFileSystemException.Reason.NO_SPACE;
    }
    return failure instanceof SourceException
        || failure instanceof DamagedFileException
        || failure instanceof NoSuchFileException
        || failure instanceof AccessDeniedException
        || failure instanceof FileAlreadyExistsException
        || failure instanceof DirectoryNotEmptyException
        || failure instanceof NotDirectoryException
        || (failure instanceof FileSystemException host
            && host.getReason() != null
            && OF_ONE_ENTRY.contains(host.getReason()));
  }

  static Loss loss(IOException failure) {
    if (failure instanceof DamagedFileException
        || failure.getCause() instanceof DamagedFileException) {
      return Loss.DAMAGED;
    }
    return failure instanceof SourceException ? Loss.UNREADABLE : Loss.UNWRITABLE;
  }

  /** Why, without the path. */
  static String reason(IOException failure) {
    if (failure instanceof FileSystemException named) {
      String reason = named.getReason();
      if (reason != null) {
        return reason;
      }
      if (failure instanceof NoSuchFileException) {
        return "no such file";
      }
      if (failure instanceof AccessDeniedException) {
        return "permission denied";
      }
      return failure.getClass().getSimpleName();
    }
    @Nullable String message = failure.getMessage();
    return message == null ? failure.toString() : message;
  }
}
