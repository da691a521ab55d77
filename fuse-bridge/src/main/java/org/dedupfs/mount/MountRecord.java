package org.dedupfs.mount;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * The file {@code mount.record} in the directory of a store that is mounted for writing: it goes
 * when the store was closed in order, so whoever waits for that knows from what is left that it was
 * not.
 *
 * @param pid of the serving process
 * @param failure why the store could not be closed in order, else empty
 */
record MountRecord(long pid, String failure) {
  private static final String NAME = "mount.record";

  static void write(Path store, MountRecord record) throws IOException {
    Path fresh = Files.createTempFile(store, NAME + ".", "", ownerOnly());
    try {
      String text = record.pid + "\n" + record.failure.replace('\n', ' ') + "\n";
      Files.writeString(fresh, text);
      Files.move(fresh, store.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static java.nio.file.attribute.FileAttribute<?> ownerOnly() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  }

  /**
   * Empty if there is none, which alone says that the store was closed in order.
   *
   * @throws IOException if it cannot be read, or is not one
   */
  static Optional<MountRecord> read(Path store) throws IOException {
    Path file = store.resolve(NAME);
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      if (lines.size() < 2) {
        throw new IOException(file + " is cut short");
      }
      return Optional.of(new MountRecord(Long.parseLong(lines.get(0)), lines.get(1)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (NumberFormatException e) {
      throw new IOException(file + " does not begin with the number of a process", e);
    }
  }

  /** Takes this process's own away. */
  static void remove(Path store) throws IOException {
    Optional<MountRecord> record = read(store);
    if (record.isPresent() && record.get().pid == ProcessHandle.current().pid()) {
      Files.deleteIfExists(store.resolve(NAME));
    }
  }
}
