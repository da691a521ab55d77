package org.dedupfs.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.ProviderMismatchException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dedupfs.DamagedFileException;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystemException.Reason;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole table: what a program sees of each failure. */
final class ErrnosTest {
  private static final String P = "/path";

  private static Map<Throwable, Errno> failures() {
    Map<Throwable, Errno> table = new LinkedHashMap<>();
    table.put(new ErrnoException(Errno.EXDEV, "decided"), Errno.EXDEV);
    table.put(new NoSuchFileException(P), Errno.ENOENT);
    table.put(new FileAlreadyExistsException(P), Errno.EEXIST);
    table.put(new DirectoryNotEmptyException(P), Errno.ENOTEMPTY);
    table.put(new NotDirectoryException(P), Errno.ENOTDIR);
    table.put(new NotLinkException(P), Errno.EINVAL);
    table.put(new FileSystemLoopException(P), Errno.ELOOP);
    table.put(new AccessDeniedException(P), Errno.EACCES);
    table.put(new AtomicMoveNotSupportedException(P, P, "why"), Errno.EXDEV);
    table.put(new DamagedFileException(P, "why", new IOException("cause")), Errno.EIO);
    table.put(new ReadOnlyFileSystemException(), Errno.EROFS);
    table.put(new ClosedFileSystemException(), Errno.ENODEV);
    table.put(new ClosedChannelException(), Errno.EBADF);
    table.put(new AsynchronousCloseException(), Errno.EIO);
    table.put(new ClosedByInterruptException(), Errno.EIO);
    table.put(new ClosedDirectoryStreamException(), Errno.EBADF);
    table.put(new NonReadableChannelException(), Errno.EBADF);
    table.put(new NonWritableChannelException(), Errno.EBADF);
    table.put(new InterruptedIOException(), Errno.EINTR);
    table.put(new ProviderMismatchException(), Errno.EXDEV);
    table.put(new InvalidPathException("x", "why"), Errno.EINVAL);
    table.put(new IllegalArgumentException("x"), Errno.EINVAL);
    table.put(new UnsupportedOperationException(), Errno.ENOTSUP);
    table.put(new SecurityException(), Errno.EACCES);
    table.put(new OutOfMemoryError("Java heap space"), Errno.ENOMEM);
    table.put(new StackOverflowError(), Errno.EIO);
    table.put(new NullPointerException(), Errno.EIO);
    table.put(new IllegalStateException(), Errno.EIO);
    table.put(new OverlappingFileLockException(), Errno.EIO);
    table.put(new IOException("anything else"), Errno.EIO);
    table.put(new IOException(), Errno.EIO);
    table.put(new FileSystemException(P), Errno.EIO);
    table.put(new UncheckedIOException(new NoSuchFileException(P)), Errno.ENOENT);
    table.put(new DirectoryIteratorException(new NotDirectoryException(P)), Errno.ENOTDIR);
    table.put(new ExecutionException(new AccessDeniedException(P)), Errno.EACCES);
    table.put(new CompletionException(new OutOfMemoryError()), Errno.ENOMEM);
    table.put(new CompletionException("without a cause", null), Errno.EIO);
    return table;
  }

  @TestFactory
  Stream<DynamicTest> each_failure_has_its_number() {
    return failures().entrySet().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.getKey().toString(),
                    () -> assertThat(Errnos.of(each.getKey())).isEqualTo(each.getValue())));
  }

  /** The names of the reasons are those of the errors, but for these. */
  private static final Map<Reason, Errno> REASONS =
      Map.ofEntries(
          Map.entry(Reason.NOT_DIRECTORY, Errno.ENOTDIR),
          Map.entry(Reason.IS_DIRECTORY, Errno.EISDIR),
          Map.entry(Reason.LOOP, Errno.ELOOP),
          Map.entry(Reason.NAME_TOO_LONG, Errno.ENAMETOOLONG),
          Map.entry(Reason.INVALID, Errno.EINVAL),
          Map.entry(Reason.NOT_PERMITTED, Errno.EPERM),
          Map.entry(Reason.TOO_MANY_LINKS, Errno.EMLINK),
          Map.entry(Reason.NO_ATTRIBUTE, Errno.ENODATA),
          Map.entry(Reason.TOO_LARGE, Errno.EFBIG),
          Map.entry(Reason.BUSY, Errno.EBUSY),
          Map.entry(Reason.NOT_SUPPORTED, Errno.ENOTSUP),
          Map.entry(Reason.BAD_HANDLE, Errno.EBADF),
          Map.entry(Reason.NO_SPACE, Errno.ENOSPC),
          Map.entry(Reason.OUT_OF_RANGE, Errno.ERANGE),
          Map.entry(Reason.ARGUMENT_TOO_LARGE, Errno.E2BIG),
          Map.entry(Reason.OTHER_STORE, Errno.EXDEV),
          Map.entry(Reason.NO_DEVICE, Errno.ENXIO));

  @ParameterizedTest
  @EnumSource
  void each_reason_of_a_store_has_its_number(Reason reason) {
    assertThat(Errnos.of(new DedupFileSystemException(P, null, reason, "why")))
        .isEqualTo(REASONS.get(reason));
  }

  /** What the provider makes itself must be in the table, or be known to never reach a mount. */
  @Test
  void every_exception_that_the_provider_exports_is_in_the_table() {
    Set<String> covered =
        failures().keySet().stream()
            .map(each -> each.getClass().getName())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    covered.add(DedupFileSystemException.class.getName());
    Set<String> exported =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("org.dedupfs")
                .stream()
                .filter(each -> each.getPackageName().equals("org.dedupfs"))
                .filter(each -> each.isAssignableTo(Throwable.class))
                // Of opening a store, which is before a mount.
                .filter(each -> !each.isAssignableTo(org.dedupfs.StoreException.class))
                .map(JavaClass::getName)
                .collect(Collectors.toSet());
    assertThat(exported).isNotEmpty().allMatch(covered::contains);
  }

  /** As the JDK's Unix provider words them, with and without a path. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ENOSPC=No space left on device",
        "EDQUOT=Disk quota exceeded",
        "ENAMETOOLONG=File name too long",
        "EISDIR=Is a directory",
        "ENOTDIR=Not a directory",
        "EPERM=Operation not permitted",
        "EROFS=Read-only file system",
        "EMLINK=Too many links",
        "ELOOP=Too many levels of symbolic links",
        "EMFILE=Too many open files",
        "EFBIG=File too large",
        "EBUSY=Device or resource busy",
        "EXDEV=Invalid cross-device link",
        "ENOTSUP=Operation not supported",
        "EINVAL=Invalid argument",
        "ETXTBSY=Text file busy",
        "ENODATA=No data available",
        "E2BIG=Argument list too long",
        "ENXIO=No such device or address",
        "EIO=Input/output error"
      })
  void the_words_of_other_providers_are_understood(String line) {
    String[] parts = line.split("=", 2);
    Errno expected = Errno.valueOf(parts[0]);
    assertThat(Errnos.of(new FileSystemException(P, null, parts[1]))).isEqualTo(expected);
    assertThat(Errnos.of(new IOException(parts[1]))).isEqualTo(expected);
  }
}
