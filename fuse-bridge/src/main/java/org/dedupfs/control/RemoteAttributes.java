package org.dedupfs.control;

import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;
import org.dedupfs.UnixFileAttributes;

/**
 * Attributes that were told by the process that has the store open. Names of owners are asked for
 * when they are wanted.
 */
record RemoteAttributes(
    Accounts accounts,
    int mode,
    long ino,
    long dev,
    long rdev,
    int nlink,
    int uid,
    int gid,
    long size,
    long allocatedBytes,
    FileTime lastModifiedTime,
    FileTime lastAccessTime,
    FileTime creationTime,
    FileTime ctime)
    implements UnixFileAttributes {

  private static final int TYPE = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int REGULAR = 0100000;
  private static final int LINK = 0120000;

  static void write(Outgoing out, UnixFileAttributes found) throws IOException {
    out.number32(found.mode())
        .number64(found.ino())
        .number64(found.dev())
        .number64(found.rdev())
        .number32(found.nlink())
        .number32(found.uid())
        .number32(found.gid())
        .number64(found.size())
        .number64(found.allocatedBytes())
        .time(found.lastModifiedTime())
        .time(found.lastAccessTime())
        .time(found.creationTime())
        .time(found.ctime());
  }

  static RemoteAttributes read(Incoming in, Accounts accounts) throws MalformedMessageException {
    return new RemoteAttributes(
        accounts,
        in.number32(),
        in.number64(),
        in.number64(),
        in.number64(),
        in.number32(),
        in.number32(),
        in.number32(),
        in.number64(),
        in.number64(),
        in.time(),
        in.time(),
        in.time(),
        in.time());
  }

  @Override
  public UserPrincipal owner() {
    return accounts.user(uid);
  }

  @Override
  public GroupPrincipal group() {
    return accounts.group(gid);
  }

  @Override
  public Set<PosixFilePermission> permissions() {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (PosixFilePermission each : PosixFilePermission.values()) {
      if ((mode & 0400 >> WireNumber.of(each)) != 0) {
        permissions.add(each);
      }
    }
    return permissions;
  }

  @Override
  public boolean isRegularFile() {
    return (mode & TYPE) == REGULAR;
  }

  @Override
  public boolean isDirectory() {
    return (mode & TYPE) == DIRECTORY;
  }

  @Override
  public boolean isSymbolicLink() {
    return (mode & TYPE) == LINK;
  }

  @Override
  public boolean isOther() {
    return !isRegularFile() && !isDirectory() && !isSymbolicLink();
  }

  @Override
  public Object fileKey() {
    return new Values.FileKey("(dev=" + Long.toHexString(dev) + ",ino=" + ino + ")");
  }
}
