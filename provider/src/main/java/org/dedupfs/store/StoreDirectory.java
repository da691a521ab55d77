package org.dedupfs.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.dedupfs.StoreCreationException;

/** The names in a store directory, and what a directory looks like from outside. */
final class StoreDirectory {
  static final String LOCK = "lock";
  static final String LOCK_OWNER = "lock.owner";
  static final String METADATA = "metadata.sqlite";
  static final String BLOCKS = "blocks";

  /** Where the metadata lies when not here: a file: URI. */
  static final String METADATA_LOCATION = "metadata.location";

  /** There until a new store is complete. */
  static final String CREATING = "creating";

  private static final String OWNER_DIRECTORY = "rwx------";

  private static final Set<String> NEGLIGIBLE = Set.of(LOCK, LOCK_OWNER, "lost+found");

  /** What a path is. */
  enum State {
    MISSING,
    NO_DIRECTORY,
    /** Nothing in it that counts. */
    EMPTY,
    /** Its creation may not have come to its end. */
    CREATING,
    /** Has at least some of the files of a store. */
    STORE,
    /** A directory with other things in it. */
    OTHER
  }

  private StoreDirectory() {}

  static State look(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return Files.exists(directory, LinkOption.NOFOLLOW_LINKS)
          ? State.NO_DIRECTORY
          : State.MISSING;
    }
    Set<String> names = names(directory);
    if (names.contains(CREATING)) {
      return State.CREATING;
    }
    boolean parts =
        names.contains(METADATA) || names.contains(METADATA_LOCATION) || names.contains(BLOCKS);
    if (names.contains(LOCK) && parts) {
      return State.STORE;
    }
    if (names.contains(METADATA) && names.contains(BLOCKS)) {
      return State.STORE;
    }
    return NEGLIGIBLE.containsAll(names) ? State.EMPTY : State.OTHER;
  }

  /** Cheap and without exceptions: whether {@link #look} would say STORE. */
  static boolean isStore(Path directory) {
    boolean metadata = Files.isRegularFile(directory.resolve(METADATA));
    boolean blocks = Files.isDirectory(directory.resolve(BLOCKS));
    if (metadata && blocks) {
      return true;
    }
    boolean parts = metadata || blocks || Files.isRegularFile(directory.resolve(METADATA_LOCATION));
    return parts && Files.isRegularFile(directory.resolve(LOCK));
  }

  static boolean isEmpty(Path directory) throws IOException {
    return NEGLIGIBLE.containsAll(names(directory));
  }

  /** Names that are not UTF-8 are replaced: they are none of ours anyway. */
  private static Set<String> names(Path directory) throws IOException {
    Set<String> names = new HashSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        names.add(entry.getFileName().toString());
      }
    }
    return names;
  }

  /**
   * Looks whether a directory can be told to SQLite and RocksDB, which get its path as a string.
   *
   * @throws FileSystemException if not
   */
  static void requireNameable(Path directory) throws FileSystemException {
    String text = directory.toString();
    // RocksDB's binding hands on Java's own form of UTF-8, which is another where there are these.
    boolean nameable = text.chars().noneMatch(unit -> Character.isSurrogate((char) unit));
    try {
      nameable &= directory.getFileSystem().getPath(text).equals(directory);
    } catch (InvalidPathException e) {
      nameable = false;
    }
    if (!nameable) {
      throw new FileSystemException(
          text,
          null,
          "a store needs a path that is valid in "
              + System.getProperty("sun.jnu.encoding", "the locale")
              + " and has no characters beyond U+FFFF");
    }
  }

  /**
   * Makes a directory that only its owner may enter; one that is there becomes such a one. Durable.
   *
   * @throws StoreCreationException if others may enter it, and that cannot be changed
   */
  static void makeDirectory(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      keepOthersOut(directory);
    } else {
      Files.createDirectory(directory, ownerOnly(directory, OWNER_DIRECTORY));
      force(directory.toAbsolutePath().getParent());
    }
  }

  private static void keepOthersOut(Path directory) throws IOException {
    if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(OWNER_DIRECTORY);
    if (wanted.containsAll(Files.getPosixFilePermissions(directory))) {
      return;
    }
    try {
      Files.setPosixFilePermissions(directory, wanted);
    } catch (FileSystemException e) {
      throw new StoreCreationException(
          directory,
          "no store can be made in "
              + directory
              + ": others may enter it, and that cannot be changed ("
              + e.getMessage()
              + "); name a directory of your own, or one that does not exist");
    }
  }

  /** Writes a small file that only its owner may read; durable. */
  static void writeFile(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(file, ownerOnly(file, "rw-------"));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(StandardCharsets.UTF_8.encode(text));
      channel.force(true);
    }
    force(file.toAbsolutePath().getParent());
  }

  static void deleteFile(Path file) throws IOException {
    Files.deleteIfExists(file);
    force(file.toAbsolutePath().getParent());
  }

  static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Creation attributes, none where the host file system knows no permissions. */
  static FileAttribute<?>[] ownerOnly(Path file, String permissions) {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
    };
  }
}
