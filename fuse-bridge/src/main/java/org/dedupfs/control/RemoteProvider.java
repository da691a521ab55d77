package org.dedupfs.control;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.spi.FileSystemProvider;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.dedupfs.DedupFileAttributeView;
import org.dedupfs.DedupUri;
import org.dedupfs.ExtendedAttributeView;
import org.dedupfs.UnixFileAttributeView;
import org.dedupfs.UnixFileAttributes;
import org.jspecify.annotations.Nullable;

/** The provider of one {@link RemoteFileSystem}, which no service loader knows of. */
final class RemoteProvider extends FileSystemProvider {
  private final RemoteFileSystem fileSystem;

  RemoteProvider(RemoteFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  static boolean follow(LinkOption... options) {
    boolean follow = true;
    for (LinkOption option : options) {
      if (Objects.requireNonNull(option) == LinkOption.NOFOLLOW_LINKS) {
        follow = false;
      }
    }
    return follow;
  }

  RemotePath ours(Path path) {
    RemotePath ours = RemotePath.cast(path);
    if (ours.getFileSystem() != fileSystem) {
      throw new ProviderMismatchException("'" + path + "' is in another store");
    }
    return ours;
  }

  private void run(Operation operation, ClientConnection.Request request) throws IOException {
    fileSystem.call(operation, request, in -> Boolean.TRUE);
  }

  @Override
  public String getScheme() {
    return DedupUri.SCHEME;
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
    throw RemoteFileSystem.unsupported("opening a store");
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    throw RemoteFileSystem.unsupported("file systems by URI");
  }

  @Override
  public Path getPath(URI uri) {
    throw RemoteFileSystem.unsupported("paths by URI");
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return RemoteFileChannel.open(ours(path), bits(options), attributes);
  }

  private static int bits(Set<? extends OpenOption> options) {
    int bits = 0;
    for (OpenOption option : options) {
      if (option instanceof StandardOpenOption standard) {
        bits |= WireNumber.bit(standard);
      } else if (Objects.requireNonNull(option) == LinkOption.NOFOLLOW_LINKS) {
        bits |= FileRequests.NOFOLLOW;
      } else {
        throw new UnsupportedOperationException("open option " + option + " is not supported");
      }
    }
    return bits;
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
    return RemoteDirectoryStream.open(ours(directory), Objects.requireNonNull(filter));
  }

  @Override
  public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
    String path = ours(directory).toString();
    run(Operation.CREATE_DIRECTORY, out -> Values.writeCreation(out.text(path), attributes));
  }

  @Override
  public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes)
      throws IOException {
    String path = ours(link).toString();
    String text = RemotePath.cast(target).toString();
    run(
        Operation.CREATE_SYMLINK,
        out -> Values.writeCreation(out.text(path).text(text), attributes));
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    String path = ours(link).toString();
    String first = ours(existing).toString();
    run(Operation.CREATE_LINK, out -> out.text(path).text(first));
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    String path = ours(link).toString();
    return fileSystem.path(
        fileSystem.call(Operation.READ_LINK, out -> out.text(path), in -> in.text()));
  }

  @Override
  public void delete(Path path) throws IOException {
    String text = ours(path).toString();
    run(Operation.DELETE, out -> out.text(text));
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    int bits = bits(false, options);
    String from = ours(source).toString();
    String to = ours(target).toString();
    run(Operation.COPY, out -> out.text(from).text(to).number8(bits));
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    int bits = bits(true, options);
    String from = ours(source).toString();
    String to = ours(target).toString();
    run(Operation.MOVE, out -> out.text(from).text(to).number8(bits));
  }

  private static int bits(boolean move, CopyOption... options) {
    int bits = 0;
    for (CopyOption option : options) {
      if (option == StandardCopyOption.REPLACE_EXISTING) {
        bits |= PathRequests.REPLACE;
      } else if (option == StandardCopyOption.COPY_ATTRIBUTES) {
        bits |= PathRequests.ATTRIBUTES;
      } else if (option == StandardCopyOption.ATOMIC_MOVE) {
        bits |= PathRequests.ATOMIC;
      } else if (option == LinkOption.NOFOLLOW_LINKS) {
        bits |= PathRequests.NOFOLLOW;
      } else {
        throw new UnsupportedOperationException(
            (move ? "move" : "copy")
                + " option "
                + Objects.requireNonNull(option)
                + " is not supported");
      }
    }
    return bits;
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    RemotePath first = ours(path);
    if (first.equals(other)) {
      return true;
    }
    if (!(Objects.requireNonNull(other) instanceof RemotePath second)
        || second.getFileSystem() != fileSystem) {
      return false;
    }
    return fileSystem.call(
        Operation.SAME_FILE,
        out -> out.text(first.toString()).text(second.toString()),
        in -> in.flag());
  }

  @Override
  public boolean isHidden(Path path) {
    RemotePath name = ours(path).getFileName();
    return name != null && name.toString().startsWith(".");
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    readAttributes(path, BasicFileAttributes.class);
    return new RemoteFileStore(fileSystem);
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    String text = ours(path).toString();
    int bits = 0;
    for (AccessMode mode : modes) {
      bits |= WireNumber.bit(mode);
    }
    int wanted = bits;
    run(Operation.CHECK_ACCESS, out -> out.text(text).number8(wanted));
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    AttributeTarget target = AttributeTarget.of(ours(path), follow(options));
    if (type == BasicFileAttributeView.class) {
      return type.cast(new RemoteUnixView("basic", target));
    }
    if (type == FileOwnerAttributeView.class) {
      return type.cast(new RemoteUnixView("owner", target));
    }
    if (type == PosixFileAttributeView.class) {
      return type.cast(new RemoteUnixView("posix", target));
    }
    if (type == UnixFileAttributeView.class) {
      return type.cast(new RemoteUnixView("unix", target));
    }
    if (type == ExtendedAttributeView.class) {
      return type.cast(new RemoteXattrView(target));
    }
    return type == DedupFileAttributeView.class ? type.cast(new RemoteDedupView(target)) : null;
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    if (type != BasicFileAttributes.class
        && type != PosixFileAttributes.class
        && type != UnixFileAttributes.class) {
      throw new UnsupportedOperationException(
          Objects.requireNonNull(type).getName() + " is not an attribute type of stores");
    }
    return type.cast(AttributeTarget.of(ours(path), follow(options)).read());
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    return AttributeTarget.of(ours(path), follow(options)).readNamed(attributes);
  }

  @Override
  public void setAttribute(
      Path path, String attribute, @Nullable Object value, LinkOption... options)
      throws IOException {
    AttributeTarget target = AttributeTarget.of(ours(path), follow(options));
    if (value instanceof Values.User user && isOf(attribute, "owner")) {
      target.setNamed("unix:uid", user.id());
    } else if (value instanceof Values.Group group && isOf(attribute, "group")) {
      target.setNamed("unix:gid", group.id());
    } else {
      target.setNamed(attribute, value);
    }
  }

  private static boolean isOf(String attribute, String name) {
    return attribute.equals("posix:" + name)
        || attribute.equals("unix:" + name)
        || attribute.equals("owner:" + name);
  }
}
