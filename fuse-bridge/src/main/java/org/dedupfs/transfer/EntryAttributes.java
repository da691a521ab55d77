package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.UnixFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * What a copy needs to know of a file, read in one call, of a symbolic link itself. Owner names are
 * not asked for: the host would look each of them up.
 *
 * @param mode type and 12 permission bits
 * @param rdev number of a device
 */
public record EntryAttributes(
    int mode,
    FileId id,
    long rdev,
    int nlink,
    int uid,
    int gid,
    long sizeBytes,
    FileTime modified,
    FileTime accessed) {

  /** Which file it is, whatever its names. */
  public record FileId(long device, long inode) {}

  private static final int TYPE = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int REGULAR = 0100000;
  private static final int LINK = 0120000;

  private static final String WANTED =
      "unix:mode,dev,ino,rdev,nlink,uid,gid,size,lastModifiedTime,lastAccessTime";

  public static EntryAttributes read(Path path) throws IOException {
    if (path.getFileSystem() instanceof DedupFileSystem) {
      return of(Files.readAttributes(path, UnixFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    }
    Map<String, Object> values = Files.readAttributes(path, WANTED, LinkOption.NOFOLLOW_LINKS);
    return new EntryAttributes(
        (Integer) get(values, "mode"),
        new FileId((Long) get(values, "dev"), (Long) get(values, "ino")),
        (Long) get(values, "rdev"),
        (Integer) get(values, "nlink"),
        (Integer) get(values, "uid"),
        (Integer) get(values, "gid"),
        (Long) get(values, "size"),
        (FileTime) get(values, "lastModifiedTime"),
        (FileTime) get(values, "lastAccessTime"));
  }

  private static EntryAttributes of(UnixFileAttributes found) {
    return new EntryAttributes(
        found.mode(),
        new FileId(found.dev(), found.ino()),
        found.rdev(),
        found.nlink(),
        found.uid(),
        found.gid(),
        found.size(),
        found.lastModifiedTime(),
        found.lastAccessTime());
  }

  /** Which directories of the host a store is kept in. */
  public static Set<FileId> idsOf(DedupFileSystem store) throws IOException {
    Set<FileId> ids = new HashSet<>();
    for (Path directory : store.hostDirectories()) {
      ids.add(read(directory).id());
    }
    return ids;
  }

  /** Null if there is no such file. */
  static @Nullable EntryAttributes readIfExists(Path path) throws IOException {
    try {
      return read(path);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static Object get(Map<String, Object> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  public boolean isDirectory() {
    return (mode & TYPE) == DIRECTORY;
  }

  public boolean isRegularFile() {
    return (mode & TYPE) == REGULAR;
  }

  public boolean isSymbolicLink() {
    return (mode & TYPE) == LINK;
  }

  /** The 12 permission bits. */
  public int permissions() {
    return mode & 07777;
  }

  boolean isSameType(EntryAttributes other) {
    return (mode & TYPE) == (other.mode & TYPE);
  }

  /** Whether a file with these attributes is taken for a finished copy of {@code source}. */
  boolean hasContentOf(EntryAttributes source) {
    return isRegularFile()
        && source.isRegularFile()
        && sizeBytes == source.sizeBytes
        && modified.equals(source.modified);
  }

  boolean hasOwnerAndModeOf(EntryAttributes other) {
    return uid == other.uid && gid == other.gid && permissions() == other.permissions();
  }

  /** For messages. */
  String typeName() {
    return switch (mode & TYPE) {
      case DIRECTORY -> "directory";
      case REGULAR -> "file";
      case LINK -> "symbolic link";
      case 0010000 -> "fifo";
      case 0140000 -> "socket";
      default -> "device";
    };
  }
}
