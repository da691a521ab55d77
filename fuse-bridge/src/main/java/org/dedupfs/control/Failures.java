package org.dedupfs.control;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.List;
import java.util.OptionalLong;
import org.dedupfs.DamagedFileException;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystemException.Reason;
import org.dedupfs.StoreDamagedException;
import org.dedupfs.StoreException;
import org.dedupfs.StoreFormatException;
import org.dedupfs.StoreInUseException;
import org.dedupfs.StoreNotCleanException;
import org.dedupfs.StoreNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * Failures on the wire: the type, the user's paths and the reason arrive as they were thrown, the
 * cause as text. What a store does not throw arrives as an {@code IOException} that says what it
 * was.
 */
final class Failures {

  /** What a failure is made of again. */
  private record Parts(
      @Nullable String file,
      @Nullable String other,
      @Nullable String reason,
      @Nullable String message,
      long number,
      @Nullable String cause) {

    String path() {
      return String.valueOf(file);
    }

    String text() {
      return String.valueOf(message);
    }

    Throwable causeOrUnknown() {
      return new IOException(cause == null ? "unknown" : cause);
    }
  }

  private interface Maker {
    Exception make(Parts parts);
  }

  /** A type of failure; its place in the list is its number on the wire. */
  private record Kind(Class<? extends Exception> type, Maker maker) {}

  /** Made of a type that is not on the list. */
  private static final int OTHER = 255;

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              NoSuchFileException.class, p -> new NoSuchFileException(p.file, p.other, p.reason)),
          new Kind(
              FileAlreadyExistsException.class,
              p -> new FileAlreadyExistsException(p.file, p.other, p.reason)),
          new Kind(DirectoryNotEmptyException.class, p -> new DirectoryNotEmptyException(p.file)),
          new Kind(NotDirectoryException.class, p -> new NotDirectoryException(p.file)),
          new Kind(NotLinkException.class, p -> new NotLinkException(p.file, p.other, p.reason)),
          new Kind(
              AccessDeniedException.class,
              p -> new AccessDeniedException(p.file, p.other, p.reason)),
          new Kind(
              AtomicMoveNotSupportedException.class,
              p -> new AtomicMoveNotSupportedException(p.file, p.other, p.reason)),
          new Kind(FileSystemLoopException.class, p -> new FileSystemLoopException(p.file)),
          new Kind(DedupFileSystemException.class, Failures::dedup),
          new Kind(
              DamagedFileException.class,
              p -> new DamagedFileException(p.path(), p.reason, p.causeOrUnknown())),
          new Kind(
              FileSystemException.class, p -> new FileSystemException(p.file, p.other, p.reason)),
          new Kind(
              StoreInUseException.class,
              p -> new StoreInUseException(store(p), OptionalLong.empty(), p.text())),
          new Kind(
              StoreDamagedException.class,
              p -> new StoreDamagedException(store(p), p.text(), p.causeOrUnknown())),
          new Kind(
              StoreFormatException.class,
              p -> new StoreFormatException(store(p), p.text(), p.causeOrUnknown())),
          new Kind(
              StoreNotCleanException.class,
              p -> new StoreNotCleanException(store(p), p.text(), p.causeOrUnknown())),
          new Kind(
              StoreNotFoundException.class, p -> new StoreNotFoundException(store(p), p.text())),
          new Kind(ReadOnlyFileSystemException.class, p -> new ReadOnlyFileSystemException()),
          new Kind(ClosedFileSystemException.class, p -> new ClosedFileSystemException()),
          new Kind(ClosedDirectoryStreamException.class, p -> new ClosedDirectoryStreamException()),
          new Kind(ClosedByInterruptException.class, p -> new ClosedByInterruptException()),
          new Kind(AsynchronousCloseException.class, p -> new AsynchronousCloseException()),
          new Kind(ClosedChannelException.class, p -> new ClosedChannelException()),
          new Kind(NonReadableChannelException.class, p -> new NonReadableChannelException()),
          new Kind(NonWritableChannelException.class, p -> new NonWritableChannelException()),
          new Kind(
              InvalidPathException.class,
              p -> new InvalidPathException(p.path(), p.text(), (int) p.number)),
          new Kind(InterruptedIOException.class, p -> new InterruptedIOException(p.message)),
          new Kind(FileNotFoundException.class, p -> new FileNotFoundException(p.message)),
          new Kind(
              UnsupportedOperationException.class,
              p -> new UnsupportedOperationException(p.message)),
          new Kind(IllegalArgumentException.class, p -> new IllegalArgumentException(p.message)),
          new Kind(NullPointerException.class, p -> new NullPointerException(p.message)),
          new Kind(ClassCastException.class, p -> new ClassCastException(p.message)),
          new Kind(IOException.class, p -> new IOException(p.message)));

  private Failures() {}

  private static Exception dedup(Parts p) {
    Reason reason = WireNumber.constant(Reason.values(), p.number);
    return new DedupFileSystemException(
        p.path(), p.other, reason == null ? Reason.NOT_SUPPORTED : reason, p.reason);
  }

  private static Path store(Parts p) {
    return Path.of(p.path());
  }

  static void write(Outgoing out, Throwable failure) throws IOException {
    int kind = OTHER;
    for (int i = 0; i < KINDS.size() && kind == OTHER; i++) {
      if (KINDS.get(i).type() == failure.getClass()) {
        kind = i;
      }
    }
    @Nullable String file = null;
    @Nullable String other = null;
    @Nullable String reason = null;
    @Nullable String message = failure.getMessage();
    long number = 0;
    if (failure instanceof FileSystemException named) {
      file = named.getFile();
      other = named.getOtherFile();
      reason = named.getReason();
      number = named instanceof DedupFileSystemException ours ? WireNumber.of(ours.reason()) : 0;
    } else if (failure instanceof StoreException store) {
      file = store.store();
    } else if (failure instanceof InvalidPathException path) {
      file = path.getInput();
      message = path.getReason();
      number = path.getIndex();
    } else if (kind == OTHER) {
      message = failure.toString();
    }
    @Nullable Throwable cause = failure.getCause();
    out.number8(kind).text(file).text(other).text(reason).text(message).number64(number);
    out.text(cause == null ? null : cause.toString());
  }

  private static Exception withCause(Exception failure, IOException cause) {
    if (failure.getCause() == null) {
      try {
        failure.initCause(cause);
      } catch (IllegalStateException e) {
        failure.addSuppressed(cause); // it was made to have none
      }
    }
    return failure;
  }

  /** The failure, to be thrown: an {@code IOException} or a {@code RuntimeException}. */
  static Exception read(Incoming in) throws MalformedMessageException {
    int kind = in.number8();
    Parts parts =
        new Parts(
            in.textOrNull(),
            in.textOrNull(),
            in.textOrNull(),
            in.textOrNull(),
            in.number64(),
            in.textOrNull());
    if (kind >= KINDS.size()) {
      return new IOException("the process that has the store open failed: " + parts.text());
    }
    Exception failure;
    try {
      failure = KINDS.get(kind).maker().make(parts);
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException("a failure that cannot be: " + e.getMessage());
    }
    return parts.cause == null ? failure : withCause(failure, new IOException(parts.cause));
  }
}
