package org.dedupfs.nio;

import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.dedupfs.metadata.FileType;
import org.dedupfs.store.StoreOptions;
import org.dedupfs.tree.NewFile;

/** What a new file starts with: creation attributes over the defaults of the open store. */
final class NewFiles {
  private static final int UMASKED_BITS = 0777;

  private NewFiles() {}

  /**
   * The file to create with {@code createFile} or a channel.
   *
   * @throws UnsupportedOperationException if an attribute cannot be set at creation
   */
  static NewFile file(StoreOptions options, FileAttribute<?>... attributes) {
    return resolve(options, FileType.REGULAR, 0666, attributes);
  }

  static NewFile directory(StoreOptions options, FileAttribute<?>... attributes) {
    return resolve(options, FileType.DIRECTORY, 0777, attributes);
  }

  /** A file as one of its owner only. */
  static NewFile privately(NewFile file) {
    return new NewFile(file.type(), file.permissions() & 0700, file.uid(), file.gid(), file.rdev());
  }

  static NewFile symlink(StoreOptions options, FileAttribute<?>... attributes) {
    NewFile file = resolve(options, FileType.SYMLINK, 0777, attributes);
    return new NewFile(FileType.SYMLINK, 0777, file.uid(), file.gid(), 0);
  }

  private static NewFile resolve(
      StoreOptions options, FileType usualType, int usualBits, FileAttribute<?>... attributes) {
    FileType type = usualType;
    int permissions = usualBits & ~options.umask();
    int uid = options.uid();
    int gid = options.gid();
    long rdev = 0;
    for (FileAttribute<?> attribute : attributes) {
      Object value = attribute.value();
      switch (attribute.name()) {
        case "posix:permissions" -> {
          if (usualType == FileType.SYMLINK) {
            throw unsupported(attribute);
          }
          permissions = Permissions.bits(permissions(value)) & ~options.umask();
        }
        case "unix:mode" -> {
          type = type((Integer) value, usualType);
          permissions = (Integer) value & 07777;
        }
        case "unix:uid" -> uid = (Integer) value;
        case "unix:gid" -> gid = (Integer) value;
        case "unix:rdev" -> rdev = ((Number) value).longValue();
        default -> throw unsupported(attribute);
      }
    }
    boolean device = type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
    return new NewFile(type, permissions, uid, gid, device ? rdev : 0);
  }

  /** What a copy of a file starts with: its permissions as the umask allows. */
  static NewFile copyOf(StoreOptions options, FileType type, int mode, long rdev) {
    int permissions =
        switch (type) {
          case SYMLINK -> 0777;
          // Of setuid and setgid mkdir(2) knows nothing.
          case DIRECTORY -> mode & 01777 & ~options.umask();
          default -> mode & 07777 & ~(options.umask() & UMASKED_BITS);
        };
    return new NewFile(type, permissions, options.uid(), options.gid(), rdev);
  }

  private static FileType type(int mode, FileType usual) {
    if ((mode & FileType.MASK) == 0) {
      return usual;
    }
    FileType type = FileType.ofMode(mode);
    boolean fits =
        usual == FileType.REGULAR
            ? type != FileType.DIRECTORY && type != FileType.SYMLINK
            : type == usual;
    if (!fits) {
      throw new IllegalArgumentException(
          "unix:mode "
              + Integer.toOctalString(mode)
              + " is that of a "
              + type
              + "; this makes a "
              + usual);
    }
    return type;
  }

  @SuppressWarnings("unchecked") // Each element is checked where it is used.
  private static Set<PosixFilePermission> permissions(Object value) {
    return (Set<PosixFilePermission>) value;
  }

  private static UnsupportedOperationException unsupported(FileAttribute<?> attribute) {
    return new UnsupportedOperationException(
        "'" + attribute.name() + "' not supported as initial attribute");
  }
}
