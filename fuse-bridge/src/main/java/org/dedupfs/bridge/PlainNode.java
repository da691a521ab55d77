package org.dedupfs.bridge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.dedupfs.DedupFileAttributes;
import org.jspecify.annotations.Nullable;

/** The attributes of a file by its path, as far as {@code java.nio.file} has them. */
final class PlainNode implements MountedNode {
  private static final String USER = "user.";

  private final Path path;
  private final PlainViews views;

  PlainNode(Path path, PlainViews views) {
    this.path = path;
    this.views = views;
  }

  @Override
  public FileStatus status() throws IOException {
    return views.status(path);
  }

  @Override
  public void setMode(int permissions) throws IOException {
    views.setPermissions(path, permissions);
  }

  @Override
  public void setOwner(int uid, int gid) throws IOException {
    views.setOwner(path, uid, gid);
  }

  @Override
  public void setTimes(@Nullable Long accessNanos, @Nullable Long modifyNanos) throws IOException {
    BasicFileAttributeView view =
        Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    Objects.requireNonNull(view).setTimes(time(modifyNanos), time(accessNanos), null);
  }

  private static @Nullable FileTime time(@Nullable Long nanos) {
    return nanos == null ? null : FileTime.from(nanos, TimeUnit.NANOSECONDS);
  }

  private UserDefinedFileAttributeView user() throws IOException {
    UserDefinedFileAttributeView view =
        views.hasUser()
            ? Files.getFileAttributeView(
                path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            : null;
    if (view == null) {
      throw new ErrnoException(Errno.ENOTSUP, "no extended attributes here");
    }
    return view;
  }

  /** Null if it is of another namespace. */
  private static @Nullable String userName(byte[] name) {
    String text = new String(name, StandardCharsets.UTF_8);
    return text.startsWith(USER) ? text.substring(USER.length()) : null;
  }

  @Override
  public byte @Nullable [] readAttribute(byte[] name) throws IOException {
    UserDefinedFileAttributeView view = user();
    String userName = userName(name);
    return userName == null || !view.list().contains(userName) ? null : read(view, userName);
  }

  private static byte[] read(UserDefinedFileAttributeView view, String name) throws IOException {
    ByteBuffer value = ByteBuffer.allocate(view.size(name));
    int length = view.read(name, value);
    byte[] result = new byte[length];
    value.flip().get(result);
    return result;
  }

  @Override
  public void writeAttribute(byte[] name, byte[] value, int flags) throws IOException {
    UserDefinedFileAttributeView view = user();
    String userName = required(userName(name));
    boolean exists = view.list().contains(userName);
    if (flags == 1 && exists) {
      throw new ErrnoException(Errno.EEXIST, userName + " exists");
    }
    if (flags == 2 && !exists) {
      throw new ErrnoException(Errno.ENODATA, userName + " does not exist");
    }
    int written = view.write(userName, ByteBuffer.wrap(value));
    if (written != value.length) {
      throw new IOException("an extended attribute was written in part");
    }
  }

  private static String required(@Nullable String userName) throws ErrnoException {
    if (userName == null) {
      throw new ErrnoException(Errno.ENOTSUP, "only attributes of users are kept here");
    }
    return userName;
  }

  @Override
  public void deleteAttribute(byte[] name) throws IOException {
    UserDefinedFileAttributeView view = user();
    String userName = required(userName(name));
    if (!view.list().contains(userName)) {
      throw new ErrnoException(Errno.ENODATA, userName + " does not exist");
    }
    view.delete(userName);
  }

  @Override
  public List<byte[]> listAttributes() throws IOException {
    List<byte[]> names = new ArrayList<>();
    if (views.hasUser()) {
      for (String name : user().list()) {
        names.add((USER + name).getBytes(StandardCharsets.UTF_8));
      }
    }
    return names;
  }

  @Override
  public @Nullable DedupFileAttributes costs() {
    return null;
  }
}
