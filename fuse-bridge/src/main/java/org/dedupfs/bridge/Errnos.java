package org.dedupfs.bridge;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.ProviderMismatchException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.dedupfs.DamagedFileException;
import org.dedupfs.DedupFileSystemException;
import org.jspecify.annotations.Nullable;

/** The error number of every failure, in one place. */
public final class Errnos {
  private Errnos() {}

  /** A class of failures, those below it included unless they come first. */
  private record Kind(Class<? extends Throwable> type, Errno errno) {}

  /** The first that fits counts, so what is special stands first. */
  private static final List<Kind> KINDS =
      List.of(
          new Kind(NoSuchFileException.class, Errno.ENOENT),
          new Kind(FileAlreadyExistsException.class, Errno.EEXIST),
          new Kind(DirectoryNotEmptyException.class, Errno.ENOTEMPTY),
          new Kind(NotDirectoryException.class, Errno.ENOTDIR),
          new Kind(NotLinkException.class, Errno.EINVAL),
          new Kind(FileSystemLoopException.class, Errno.ELOOP),
          new Kind(AccessDeniedException.class, Errno.EACCES),
          new Kind(AtomicMoveNotSupportedException.class, Errno.EXDEV),
          new Kind(DamagedFileException.class, Errno.EIO),
          new Kind(InterruptedIOException.class, Errno.EINTR),
          new Kind(AsynchronousCloseException.class, Errno.EIO),
          new Kind(ClosedChannelException.class, Errno.EBADF),
          new Kind(ClosedDirectoryStreamException.class, Errno.EBADF),
          new Kind(NonReadableChannelException.class, Errno.EBADF),
          new Kind(NonWritableChannelException.class, Errno.EBADF),
          new Kind(ReadOnlyFileSystemException.class, Errno.EROFS),
          new Kind(ClosedFileSystemException.class, Errno.ENODEV),
          new Kind(ProviderMismatchException.class, Errno.EXDEV),
          new Kind(UnsupportedOperationException.class, Errno.ENOTSUP),
          new Kind(IllegalArgumentException.class, Errno.EINVAL),
          new Kind(SecurityException.class, Errno.EACCES),
          new Kind(OutOfMemoryError.class, Errno.ENOMEM));

  /**
   * What the JDK's Unix provider, which has no exceptions for these, says instead: the words of
   * strerror(3).
   */
  private static final Map<String, Errno> WORDS =
      Map.ofEntries(
          Map.entry("Operation not permitted", Errno.EPERM),
          Map.entry("No such device or address", Errno.ENXIO),
          Map.entry("Argument list too long", Errno.E2BIG),
          Map.entry("Bad file descriptor", Errno.EBADF),
          Map.entry("Cannot allocate memory", Errno.ENOMEM),
          Map.entry("Permission denied", Errno.EACCES),
          Map.entry("Device or resource busy", Errno.EBUSY),
          Map.entry("Invalid cross-device link", Errno.EXDEV),
          Map.entry("Not a directory", Errno.ENOTDIR),
          Map.entry("Is a directory", Errno.EISDIR),
          Map.entry("Invalid argument", Errno.EINVAL),
          Map.entry("Too many open files", Errno.EMFILE),
          Map.entry("Text file busy", Errno.ETXTBSY),
          Map.entry("File too large", Errno.EFBIG),
          Map.entry("No space left on device", Errno.ENOSPC),
          Map.entry("Read-only file system", Errno.EROFS),
          Map.entry("Too many links", Errno.EMLINK),
          Map.entry("Numerical result out of range", Errno.ERANGE),
          Map.entry("File name too long", Errno.ENAMETOOLONG),
          Map.entry("Directory not empty", Errno.ENOTEMPTY),
          Map.entry("Too many levels of symbolic links", Errno.ELOOP),
          Map.entry("No data available", Errno.ENODATA),
          Map.entry("Invalid or incomplete multibyte or wide character", Errno.EILSEQ),
          Map.entry("Operation not supported", Errno.ENOTSUP),
          Map.entry("Stale file handle", Errno.ESTALE),
          Map.entry("Disk quota exceeded", Errno.EDQUOT));

  /** What the caller of a system call sees of {@code failure}; total. */
  public static Errno of(Throwable failure) {
    if (failure instanceof ErrnoException e) {
      return e.errno();
    }
    if (failure instanceof DedupFileSystemException e) {
      return of(e.reason());
    }
    Throwable wrapped = wrapped(failure);
    if (wrapped != null) {
      return of(wrapped);
    }
    for (Kind kind : KINDS) {
      if (kind.type().isInstance(failure)) {
        return kind.errno();
      }
    }
    return failure instanceof IOException io ? ofWords(io) : Errno.EIO;
  }

  /** What an exception that says nothing itself is a mere envelope of. */
  private static @Nullable Throwable wrapped(Throwable failure) {
    boolean envelope =
        failure instanceof UncheckedIOException
            || failure instanceof DirectoryIteratorException
            || failure instanceof ExecutionException
            || failure instanceof CompletionException;
    Throwable cause = failure.getCause();
    return envelope && cause != failure ? cause : null;
  }

  private static Errno ofWords(IOException failure) {
    String words = failure instanceof FileSystemException e ? e.getReason() : failure.getMessage();
    if (words == null) {
      return Errno.EIO;
    }
    return WORDS.getOrDefault(words, Errno.EIO);
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
