package org.dedupfs.bridge;

import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dedupfs.DedupFileAttributeView;
import org.dedupfs.DedupFileAttributes;
import org.dedupfs.ExtendedAttributeView;
import org.dedupfs.ExtendedAttributeView.Presence;
import org.dedupfs.UnixFileAttributeView;
import org.dedupfs.UnixFileAttributes;
import org.jspecify.annotations.Nullable;

/** The attributes of a file of a store. */
final class DedupNode implements MountedNode {
  private static final int KEEP = -1;

  private final UnixFileAttributeView unix;
  private final ExtendedAttributeView extended;
  private final DedupFileAttributeView costs;

  DedupNode(
      UnixFileAttributeView unix, ExtendedAttributeView extended, DedupFileAttributeView costs) {
    this.unix = unix;
    this.extended = extended;
    this.costs = costs;
  }

  static FileStatus status(UnixFileAttributes attributes) {
    return new FileStatus(
        attributes.ino(),
        attributes.mode(),
        attributes.nlink(),
        attributes.uid(),
        attributes.gid(),
        attributes.rdev(),
        attributes.size(),
        attributes.allocatedBytes(),
        nanos(attributes.lastAccessTime()),
        nanos(attributes.lastModifiedTime()),
        nanos(attributes.ctime()));
  }

  private static long nanos(FileTime time) {
    return time.to(TimeUnit.NANOSECONDS);
  }

  @Override
  public FileStatus status() throws IOException {
    return status(unix.readAttributes());
  }

  @Override
  public void setMode(int permissions) throws IOException {
    unix.setMode(permissions);
  }

  @Override
  public void setOwner(int uid, int gid) throws IOException {
    if (uid != KEEP && gid != KEEP) {
      unix.setIds(uid, gid);
      return;
    }
    UnixFileAttributes now = unix.readAttributes();
    unix.setIds(uid == KEEP ? now.uid() : uid, gid == KEEP ? now.gid() : gid);
  }

  @Override
  public void setTimes(@Nullable Long accessNanos, @Nullable Long modifyNanos) throws IOException {
    unix.setTimes(time(modifyNanos), time(accessNanos), null);
  }

  private static @Nullable FileTime time(@Nullable Long nanos) {
    return nanos == null ? null : FileTime.from(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public byte @Nullable [] readAttribute(byte[] name) throws IOException {
    return extended.read(name);
  }

  @Override
  public void writeAttribute(byte[] name, byte[] value, int flags) throws IOException {
    Presence presence =
        switch (flags) {
          case 0 -> Presence.ANY;
          case 1 -> Presence.MISSING;
          case 2 -> Presence.PRESENT;
          default -> throw new ErrnoException(Errno.EINVAL, "flags " + flags);
        };
    extended.write(name, value, presence);
  }

  @Override
  public void deleteAttribute(byte[] name) throws IOException {
    extended.delete(name);
  }

  @Override
  public List<byte[]> listAttributes() throws IOException {
    return extended.list();
  }

  @Override
  public DedupFileAttributes costs() throws IOException {
    return costs.readAttributes();
  }
}
