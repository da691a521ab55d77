package org.dedupfs.bridge;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of files by the richest views that a file system has: {@code unix} of the default
 * provider, else {@code posix}, else {@code basic}. What they lack is made up: owner and group are
 * those of this process, inode numbers come from file keys or paths. Of another provider's {@code
 * unix} only the number of links is believed: its inode numbers may begin at 0, its owners be
 * invented.
 */
final class PlainViews {
  private static final int DIRECTORY_PERMISSIONS = 0755;
  private static final int FILE_PERMISSIONS = 0644;
  private static final int HIGHEST_BIT = 0400;

  /** From {@link #HIGHEST_BIT} on down. */
  private static final List<PosixFilePermission> BITS =
      List.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE,
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE);

  private static final String UNIX_NAMES = "unix:mode,ino,nlink,uid,gid,rdev,ctime,size";

  private final boolean full;
  private final boolean countsLinks;
  private final boolean posix;
  private final boolean user;

  private final int processUid;
  private final int processGid;

  private PlainViews(Set<String> names, boolean isDefault, int processUid, int processGid) {
    this.full = isDefault && names.contains("unix");
    this.countsLinks = names.contains("unix");
    this.posix = names.contains("posix");
    this.user = names.contains("user");
    this.processUid = processUid;
    this.processGid = processGid;
  }

  static PlainViews of(FileSystem fileSystem) {
    return new PlainViews(
        fileSystem.supportedFileAttributeViews(),
        fileSystem.provider().equals(FileSystems.getDefault().provider()),
        processId("uid"),
        processId("gid"));
  }

  /** Root's where there is no {@code /proc}: then nobody else can mount either. */
  private static int processId(String which) {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:" + which);
    } catch (IOException | UnsupportedOperationException e) {
      return 0;
    }
  }

  boolean hasUser() {
    return user;
  }

  FileStatus status(Path path) throws IOException {
    BasicFileAttributes basic =
        posix
            ? Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
            : Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!full) {
      return status(path, basic);
    }
    Map<String, Object> all = Files.readAttributes(path, UNIX_NAMES, LinkOption.NOFOLLOW_LINKS);
    return new FileStatus(
        number(all, "ino"),
        (int) number(all, "mode"),
        (int) number(all, "nlink"),
        (int) number(all, "uid"),
        (int) number(all, "gid"),
        number(all, "rdev"),
        number(all, "size"),
        number(all, "size"),
        nanos(basic.lastAccessTime()),
        nanos(basic.lastModifiedTime()),
        all.get("ctime") instanceof FileTime changed
            ? nanos(changed)
            : nanos(basic.lastModifiedTime()));
  }

  private static long number(Map<String, Object> all, String name) {
    return all.get(name) instanceof Number number ? number.longValue() : 0;
  }

  private FileStatus status(Path path, BasicFileAttributes basic) throws IOException {
    int links = basic.isDirectory() ? 2 : 1;
    if (countsLinks
        && Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS) instanceof Number n) {
      links = n.intValue();
    }
    return new FileStatus(
        ino(path, basic.fileKey()),
        type(basic) | permissions(basic),
        links,
        processUid,
        processGid,
        0,
        basic.size(),
        basic.size(),
        nanos(basic.lastAccessTime()),
        nanos(basic.lastModifiedTime()),
        nanos(basic.lastModifiedTime()));
  }

  private static long nanos(FileTime time) {
    return time.to(TimeUnit.NANOSECONDS);
  }

  /** Never 0, with which programs take an entry for deleted. */
  private static long ino(Path path, @Nullable Object fileKey) {
    int hash = fileKey == null ? path.hashCode() : fileKey.hashCode();
    return (hash & 0xFFFF_FFFFL) + 1;
  }

  private static int type(BasicFileAttributes basic) {
    if (basic.isDirectory()) {
      return FileModes.DIRECTORY;
    }
    return basic.isSymbolicLink() ? FileModes.SYMBOLIC_LINK : FileModes.REGULAR;
  }

  private static int permissions(BasicFileAttributes basic) {
    if (basic instanceof PosixFileAttributes own) {
      return bits(own.permissions());
    }
    if (basic.isSymbolicLink()) {
      return 0777;
    }
    return basic.isDirectory() ? DIRECTORY_PERMISSIONS : FILE_PERMISSIONS;
  }

  private static int bits(Set<PosixFilePermission> permissions) {
    int bits = 0;
    for (int i = 0; i < BITS.size(); i++) {
      bits |= permissions.contains(BITS.get(i)) ? HIGHEST_BIT >> i : 0;
    }
    return bits;
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < BITS.size(); i++) {
      if ((mode & (HIGHEST_BIT >> i)) != 0) {
        permissions.add(BITS.get(i));
      }
    }
    return permissions;
  }

  /** Gives a new file the mode and, where this process may do that, the owner asked for. */
  void complete(Path path, NewNode node) throws IOException {
    boolean link = (node.mode() & FileModes.TYPE) == FileModes.SYMBOLIC_LINK;
    if (posix && !link) {
      setPermissions(path, node.mode());
    }
    boolean others = node.uid() != processUid || node.gid() != processGid;
    if (full && others && processUid == 0) {
      setOwner(path, node.uid(), node.gid());
    }
  }

  void setPermissions(Path path, int mode) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      throw new ErrnoException(Errno.ENOTSUP, "no permissions here");
    }
    view.setPermissions(permissions(mode));
  }

  void setOwner(Path path, int uid, int gid) throws IOException {
    if (!full) {
      throw new ErrnoException(Errno.EPERM, "owners cannot be set here");
    }
    if (uid != -1) {
      Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
    }
    if (gid != -1) {
      Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    }
  }
}
