package org.dedupfs.nio;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.dedupfs.UnixFileAttributes;
import org.dedupfs.metadata.Inode;

/**
 * The attributes of a file at one moment.
 *
 * @param dev the store, as a number
 */
record InodeAttributes(Inode inode, long dev) implements UnixFileAttributes {

  /** What tells files apart: equal exactly for the same file. */
  private record FileKey(long dev, long ino) {
    @Override
    public String toString() {
      return "(dev=" + Long.toHexString(dev) + ",ino=" + ino + ")";
    }
  }

  private static FileTime time(long nanos) {
    return FileTime.from(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public int mode() {
    return inode.mode();
  }

  @Override
  public long ino() {
    return inode.number().value();
  }

  @Override
  public long rdev() {
    return inode.rdev();
  }

  @Override
  public int nlink() {
    return inode.nlink();
  }

  @Override
  public int uid() {
    return inode.uid();
  }

  @Override
  public int gid() {
    return inode.gid();
  }

  @Override
  public FileTime ctime() {
    return time(inode.changeNanos());
  }

  @Override
  public long allocatedBytes() {
    return inode.allocatedBytes();
  }

  @Override
  public UserPrincipal owner() {
    return new Principals.User(inode.uid());
  }

  @Override
  public GroupPrincipal group() {
    return new Principals.Group(inode.gid());
  }

  @Override
  public Set<PosixFilePermission> permissions() {
    return Permissions.set(inode.mode());
  }

  @Override
  public FileTime lastModifiedTime() {
    return time(inode.modifyNanos());
  }

  @Override
  public FileTime lastAccessTime() {
    return time(inode.accessNanos());
  }

  @Override
  public FileTime creationTime() {
    return time(inode.birthNanos());
  }

  @Override
  public boolean isRegularFile() {
    return inode.isRegular();
  }

  @Override
  public boolean isDirectory() {
    return inode.isDirectory();
  }

  @Override
  public boolean isSymbolicLink() {
    return inode.isSymlink();
  }

  @Override
  public boolean isOther() {
    return !isRegularFile() && !isDirectory() && !isSymbolicLink();
  }

  @Override
  public long size() {
    return inode.sizeBytes();
  }

  @Override
  public Object fileKey() {
    return new FileKey(dev, ino());
  }
}
