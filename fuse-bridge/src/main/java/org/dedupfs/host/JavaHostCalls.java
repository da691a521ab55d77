package org.dedupfs.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code java.nio.file} has of it. */
final class JavaHostCalls implements HostCalls {
  private static final String USER = "user.";

  private final String why;

  JavaHostCalls(String why) {
    this.why = why;
  }

  @Override
  public Optional<String> limits() {
    return Optional.of(why);
  }

  @Override
  public List<byte[]> listXattrs(Path path) throws IOException {
    List<byte[]> names = new ArrayList<>();
    UserDefinedFileAttributeView view = view(path);
    if (view != null) {
      for (String name : view.list()) {
        names.add((USER + name).getBytes(StandardCharsets.UTF_8));
      }
    }
    return names;
  }

  /** Null for what has no attributes of users: Java would open it, and wait for a fifo. */
  private static @Nullable UserDefinedFileAttributeView view(Path path) throws IOException {
    boolean has =
        Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
            || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    if (!has || !Files.getFileStore(path).supportsFileAttributeView("user")) {
      return null;
    }
    return Files.getFileAttributeView(
        path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public byte @Nullable [] getXattr(Path path, byte[] name) throws IOException {
    UserDefinedFileAttributeView view = writable(path, name);
    String own = ownName(path, name);
    if (!view.list().contains(own)) {
      return null;
    }
    ByteBuffer value = ByteBuffer.allocate(view.size(own));
    view.read(own, value);
    return Arrays.copyOf(value.array(), value.position());
  }

  @Override
  public void setXattr(Path path, byte[] name, byte[] value) throws IOException {
    writable(path, name).write(ownName(path, name), ByteBuffer.wrap(value));
  }

  @Override
  public void removeXattr(Path path, byte[] name) throws IOException {
    UserDefinedFileAttributeView view = writable(path, name);
    String own = ownName(path, name);
    if (view.list().contains(own)) {
      view.delete(own);
    }
  }

  private UserDefinedFileAttributeView writable(Path path, byte[] name) throws IOException {
    UserDefinedFileAttributeView view = view(path);
    if (view == null || !new String(name, StandardCharsets.US_ASCII).startsWith(USER)) {
      throw new FileSystemException(path.toString(), null, why);
    }
    return view;
  }

  /** Without its namespace; Java may change a name that is not ASCII. */
  private String ownName(Path path, byte[] name) throws IOException {
    for (byte b : name) {
      if (b < 0) {
        throw new FileSystemException(path.toString(), null, why);
      }
    }
    return new String(name, StandardCharsets.US_ASCII).substring(USER.length());
  }

  @Override
  public void makeNode(Path path, int mode, long rdev) {
    throw new UnsupportedOperationException(why);
  }

  @Override
  public void createSymbolicLink(Path link, byte[] target) throws IOException {
    Files.createSymbolicLink(link, HostPath.of(target));
  }

  @Override
  public void setTimes(Path path, FileTime modified, FileTime accessed) throws IOException {
    Objects.requireNonNull(
            Files.getFileAttributeView(
                path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS))
        .setTimes(modified, accessed, null);
  }

  @Override
  public void setOwner(Path path, int uid, int gid) throws IOException {
    Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void setMode(Path path, int permissions) throws IOException {
    Files.setAttribute(path, "unix:mode", permissions, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void setLength(Path path, long sizeBytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      channel.truncate(sizeBytes);
      if (channel.size() < sizeBytes) {
        // Nothing of Java grows a channel otherwise.
        channel.write(ByteBuffer.allocate(1), sizeBytes - 1);
      }
    }
  }

  @Override
  public HostFile open(Path path) throws IOException {
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      // Java has no way to open a fifo without waiting.
      Files.readAttributes(path, "size", LinkOption.NOFOLLOW_LINKS);
      throw new FileSystemException(path.toString(), null, "Not a regular file");
    }
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    return new JavaHostFile(channel);
  }

  /** A file whose holes nobody knows. */
  private record JavaHostFile(FileChannel channel) implements HostFile {
    @Override
    public long nextData(long offsetBytes) throws IOException {
      return offsetBytes < channel.size() ? offsetBytes : -1;
    }

    @Override
    public long nextHole(long offsetBytes) throws IOException {
      return offsetBytes < channel.size() ? channel.size() : -1;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
