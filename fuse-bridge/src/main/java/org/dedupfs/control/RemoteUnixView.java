package org.dedupfs.control;

import java.io.IOException;
import java.nio.file.ProviderMismatchException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;
import java.util.Set;
import org.dedupfs.UnixFileAttributeView;
import org.dedupfs.UnixFileAttributes;
import org.jspecify.annotations.Nullable;

/** All attributes of a file, under the name of one of the views that have a part of them. */
final class RemoteUnixView implements UnixFileAttributeView {
  private final String name;
  private final AttributeTarget target;

  RemoteUnixView(String name, AttributeTarget target) {
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

  @Override
  public void setMode(int mode) throws IOException {
    target.run(Operation.SET_MODE, out -> out.number32(mode));
  }

  @Override
  public void setIds(int uid, int gid) throws IOException {
    target.run(Operation.SET_IDS, out -> out.number32(uid).number32(gid));
  }

  @Override
  public void setTimes(
      @Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created)
      throws IOException {
    target.run(Operation.SET_TIMES, out -> out.time(modified).time(accessed).time(created));
  }

  @Override
  public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
    int bits = Values.permissionBits(permissions);
    target.run(Operation.SET_PERMISSIONS, out -> out.number32(bits));
  }

  @Override
  public UserPrincipal getOwner() throws IOException {
    return readAttributes().owner();
  }

  @Override
  public void setOwner(UserPrincipal owner) throws IOException {
    if (!(Objects.requireNonNull(owner) instanceof Values.User user)) {
      throw foreign(owner);
    }
    if (target.connection() == null) {
      target.setNamed("unix:uid", user.id());
    } else {
      setIds(user.id(), readAttributes().gid());
    }
  }

  @Override
  public void setGroup(GroupPrincipal group) throws IOException {
    if (!(Objects.requireNonNull(group) instanceof Values.Group ours)) {
      throw foreign(group);
    }
    if (target.connection() == null) {
      target.setNamed("unix:gid", ours.id());
    } else {
      setIds(readAttributes().uid(), ours.id());
    }
  }

  private static ProviderMismatchException foreign(UserPrincipal principal) {
    return new ProviderMismatchException("'" + principal + "' is another provider's");
  }
}
