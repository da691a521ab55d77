package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the files of a block store the permissions of its directory, without the right to search:
 * RocksDB makes all of them readable for everybody. The directory alone keeps others out from the
 * first moment; this is for files that are moved or copied elsewhere. Files are never rewritten, so
 * each is looked at once, and the names are listed no more often than they can be many. Not
 * thread-safe.
 */
final class FileModes {
  private static final Logger LOG = LoggerFactory.getLogger(FileModes.class);
  private static final Set<PosixFilePermission> SEARCHING =
      EnumSet.of(
          PosixFilePermission.OWNER_EXECUTE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_EXECUTE);

  private static final String TABLE = ".sst";
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Path directory;
  private final boolean known;
  private Set<String> seen = new HashSet<>();
  private long lastNanos;

  FileModes(Path directory) {
    this.directory = directory;
    this.known = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** As {@link #apply}, unless that was done just before. */
  void applyNowAndThen() {
    if (System.nanoTime() - lastNanos >= PAUSE_NANOS) {
      apply();
    }
  }

  /**
   * Sees to the files that have come since the last call. What fails is left to the next one: it is
   * no reason to let a flush fail.
   */
  void apply() {
    try {
      if (known) {
        applyToNew();
      }
    } catch (IOException e) {
      LOG.debug("not all files in {} have its permissions: {}", directory, e.toString());
    }
    lastNanos = System.nanoTime();
  }

  private void applyToNew() throws IOException {
    Set<PosixFilePermission> wanted = Files.getPosixFilePermissions(directory);
    wanted.removeAll(SEARCHING);
    Set<String> there = new HashSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        // Other names are used again for new files; and there are few.
        if (name.endsWith(TABLE)) {
          there.add(name);
        }
        if (!seen.contains(name)) {
          apply(file, wanted);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    seen = there;
  }

  private static void apply(Path file, Set<PosixFilePermission> wanted) throws IOException {
    try {
      if (Files.isRegularFile(file) && !Files.getPosixFilePermissions(file).equals(wanted)) {
        Files.setPosixFilePermissions(file, wanted);
      }
    } catch (FileSystemException e) {
      // It is gone already, another user's, or on a disk without permissions.
      LOG.debug("{} keeps its permissions: {}", file, e.toString());
    }
  }
}
