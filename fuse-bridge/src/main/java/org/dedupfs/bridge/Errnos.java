package org.dedupfs.bridge;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.ReadOnlyFileSystemException;
import org.dedupfs.DedupFileSystemException;

/** The error number of every failure, in one place. */
public final class Errnos {
  private Errnos() {}

  /** What the caller of a system call sees of {@code failure}; total. */
  public static Errno of(Throwable failure) {
    if (failure instanceof ErrnoException e) {
      return e.errno();
    }
    if (failure instanceof DedupFileSystemException e) {
      return of(e.reason());
    }
    if (failure instanceof NoSuchFileException) {
      return Errno.ENOENT;
    }
    if (failure instanceof FileAlreadyExistsException) {
      return Errno.EEXIST;
    }
    if (failure instanceof DirectoryNotEmptyException) {
      return Errno.ENOTEMPTY;
    }
    if (failure instanceof NotDirectoryException) {
      return Errno.ENOTDIR;
    }
    if (failure instanceof NotLinkException) {
      return Errno.EINVAL;
    }
    if (failure instanceof FileSystemLoopException) {
      return Errno.ELOOP;
    }
    if (failure instanceof AccessDeniedException) {
      return Errno.EACCES;
    }
    if (failure instanceof ReadOnlyFileSystemException) {
      return Errno.EROFS;
    }
    return Errno.EIO;
  }

  private static Errno of(DedupFileSystemException.Reason reason) {
    return switch (reason) {
      case NOT_DIRECTORY -> Errno.ENOTDIR;
      case IS_DIRECTORY -> Errno.EISDIR;
      case LOOP -> Errno.ELOOP;
      case NAME_TOO_LONG -> Errno.ENAMETOOLONG;
      case INVALID -> Errno.EINVAL;
      case NOT_PERMITTED -> Errno.EPERM;
      case TOO_MANY_LINKS -> Errno.EMLINK;
      case NO_ATTRIBUTE -> Errno.ENODATA;
      case TOO_LARGE -> Errno.EFBIG;
      case BUSY -> Errno.EBUSY;
      case NOT_SUPPORTED -> Errno.ENOTSUP;
      case BAD_HANDLE -> Errno.EBADF;
      case NO_SPACE -> Errno.ENOSPC;
      case OUT_OF_RANGE -> Errno.ERANGE;
      case ARGUMENT_TOO_LARGE -> Errno.E2BIG;
      case OTHER_STORE -> Errno.EXDEV;
      case NO_DEVICE -> Errno.ENXIO;
    };
  }
}
