package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.dedupfs.ByteNames;
import org.dedupfs.CreationAttributes;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.ExtendedAttributeView;
import org.jspecify.annotations.Nullable;

/** A store, whose strings are exact. */
public final class StoreSide implements Side {
  private final DedupFileSystem store;

  public StoreSide(DedupFileSystem store) {
    this.store = store;
  }

  @Override
  public byte[] name(Path path) {
    Path name = path.getFileName();
    return name == null ? new byte[0] : ByteNames.toBytes(name.toString());
  }

  @Override
  public Path child(Path directory, byte[] name) throws IOException {
    return directory.resolve(ByteNames.toText(Side.plain(directory, name)));
  }

  @Override
  public byte[] linkTarget(Path link) throws IOException {
    return store.readSymbolicLink(link);
  }

  @Override
  public void createLink(Path link, byte[] target) throws IOException {
    store.createSymbolicLink(link, target);
  }

  @Override
  public FileAttribute<?>[] creation(EntryAttributes attributes) {
    return new FileAttribute<?>[] {
      CreationAttributes.mode(attributes.permissions()),
      CreationAttributes.uid(attributes.uid()),
      CreationAttributes.gid(attributes.gid())
    };
  }

  @Override
  public void createSpecial(Path path, EntryAttributes attributes) throws IOException {
    Files.createFile(
        path,
        CreationAttributes.mode(attributes.mode()),
        CreationAttributes.uid(attributes.uid()),
        CreationAttributes.gid(attributes.gid()),
        CreationAttributes.rdev(attributes.rdev()));
  }

  @Override
  public Source open(Path path) throws IOException {
    return new StoreSource(
        (DedupFileChannel)
            FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  private record StoreSource(DedupFileChannel channel) implements Source {
    @Override
    public long nextData(long offsetBytes) throws IOException {
      return channel.nextData(offsetBytes);
    }

    @Override
    public long nextHole(long offsetBytes) throws IOException {
      return channel.nextHole(offsetBytes);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  @Override
  public void extend(Path path, FileChannel open, long sizeBytes) throws IOException {
    ((DedupFileChannel) open).setLength(sizeBytes);
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
  public void setTimes(Path path, EntryAttributes wanted) throws IOException {
    view(path, BasicFileAttributeView.class).setTimes(wanted.modified(), wanted.accessed(), null);
  }

  @Override
  public List<byte[]> listXattrs(Path path) throws IOException {
    return view(path, ExtendedAttributeView.class).list();
  }

  @Override
  public byte @Nullable [] xattr(Path path, byte[] name) throws IOException {
    return view(path, ExtendedAttributeView.class).read(name);
  }

  @Override
  public void setXattr(Path path, byte[] name, byte[] value) throws IOException {
    view(path, ExtendedAttributeView.class).write(name, value, ExtendedAttributeView.Presence.ANY);
  }

  @Override
  public void removeXattr(Path path, byte[] name) throws IOException {
    view(path, ExtendedAttributeView.class).delete(name);
  }

  private static <V extends FileAttributeView> V view(Path path, Class<V> type) {
    return Objects.requireNonNull(
        Files.getFileAttributeView(path, type, LinkOption.NOFOLLOW_LINKS));
  }

  @Override
  public Optional<String> limits() {
    return Optional.empty();
  }

  @Override
  public String text(Path path) {
    return path.toString();
  }
}
