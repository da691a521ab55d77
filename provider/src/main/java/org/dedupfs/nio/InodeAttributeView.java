package org.dedupfs.nio;

import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystemException.Reason;
import org.dedupfs.UnixFileAttributeView;
import org.dedupfs.UnixFileAttributes;
import org.dedupfs.metadata.FileType;
import org.dedupfs.tree.AttributeChange;
import org.jspecify.annotations.Nullable;

/** The views basic, owner, posix and unix, which differ in name only. */
final class InodeAttributeView implements UnixFileAttributeView {
  private final String name;
  private final AttributeTarget target;

  InodeAttributeView(String name, AttributeTarget target) {
    this.name = name;
    this.target = target;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public UnixFileAttributes readAttributes() throws IOException {
    return target.read();
  }

  /** Null leaves a time as it is. Times beyond the years 1677 to 2262 become the nearest within. */
  @Override
  public void setTimes(
      @Nullable FileTime lastModified, @Nullable FileTime lastAccess, @Nullable FileTime creation)
      throws IOException {
    if (lastModified == null && lastAccess == null && creation == null) {
      return;
    }
    target.change(
        AttributeChange.NONE.withTimes(nanos(lastAccess), nanos(lastModified), nanos(creation)));
  }

  private static @Nullable Long nanos(@Nullable FileTime time) {
    return time == null ? null : time.to(TimeUnit.NANOSECONDS);
  }

  @Override
  public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
    target.change(AttributeChange.NONE.withPermissions(Permissions.bits(permissions)));
  }

  @Override
  public UserPrincipal getOwner() throws IOException {
    return target.read().owner();
  }

  @Override
  public void setOwner(UserPrincipal owner) throws IOException {
    target.change(AttributeChange.NONE.withOwner(Principals.userId(owner)));
  }

  @Override
  public void setGroup(GroupPrincipal group) throws IOException {
    target.change(AttributeChange.NONE.withGroup(Principals.groupId(group)));
  }

  @Override
  public void setMode(int mode) throws IOException {
    int type = mode & FileType.MASK;
    if (type != 0 && type != (target.read().mode() & FileType.MASK)) {
      throw new DedupFileSystemException(
          target.path().toString(),
          null,
          Reason.INVALID,
          "The type of a file cannot be changed to that of mode " + Integer.toOctalString(mode));
    }
    target.change(AttributeChange.NONE.withPermissions(mode & 07777));
  }

  @Override
  public void setIds(int uid, int gid) throws IOException {
    target.change(AttributeChange.NONE.withOwner(uid).withGroup(gid));
  }
}
