package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.dedupfs.ByteNames;
import org.dedupfs.host.HostCalls;
import org.dedupfs.host.HostFile;
import org.dedupfs.host.HostPath;
import org.jspecify.annotations.Nullable;

/** The default file system of a Unix host. */
public final class HostSide implements Side {
  private static final String NOT_PERMITTED = "Operation not permitted";

  private final HostCalls calls;

  public HostSide(HostCalls calls) {
    this.calls = calls;
  }

  @Override
  public byte[] name(Path path) {
    Path name = path.getFileName();
    return name == null ? new byte[0] : HostPath.toBytes(name);
  }

  @Override
  public Path child(Path directory, byte[] name) throws IOException {
    return directory.resolve(HostPath.of(Side.plain(directory, name)));
  }

  @Override
  public byte[] linkTarget(Path link) throws IOException {
    // The path that Java makes of it has all its slashes.
    return HostPath.toBytes(Files.readSymbolicLink(link));
  }

  @Override
  public void createLink(Path link, byte[] target) throws IOException {
    calls.createSymbolicLink(link, target);
  }

  @Override
  public FileAttribute<?>[] creation(EntryAttributes attributes) {
    // Nobody else may look before the owner is right.
    String permissions = attributes.isDirectory() ? "rwx------" : "rw-------";
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
    };
  }

  @Override
  public void createSpecial(Path path, EntryAttributes attributes) throws IOException {
    // Nobody else may use it before the owner is right.
    int mode = (attributes.mode() & ~07777) | 0600;
    try {
      calls.makeNode(path, mode, attributes.rdev());
    } catch (FileSystemException e) {
      if (NOT_PERMITTED.equals(e.getReason())) {
        // Only root may make devices, and some file systems know no such files.
        throw new UnsupportedOperationException(NOT_PERMITTED, e);
      }
      throw e;
    }
  }

  @Override
  public Source open(Path path) throws IOException {
    return new HostSource(calls.open(path));
  }

  private record HostSource(HostFile file) implements Source {
    @Override
    public FileChannel channel() {
      return file.channel();
    }

    @Override
    public long nextData(long offsetBytes) throws IOException {
      return file.nextData(offsetBytes);
    }

    @Override
    public long nextHole(long offsetBytes) throws IOException {
      return file.nextHole(offsetBytes);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  @Override
  public void extend(Path path, FileChannel open, long sizeBytes) throws IOException {
    calls.setLength(path, sizeBytes);
  }

  @Override
  public void setOwner(Path path, int uid, int gid) throws IOException {
    calls.setOwner(path, uid, gid);
  }

  @Override
  public void setMode(Path path, int permissions) throws IOException {
    calls.setMode(path, permissions);
  }

  @Override
  public void setTimes(Path path, EntryAttributes wanted) throws IOException {
    calls.setTimes(path, wanted.modified(), wanted.accessed());
  }

  @Override
  public List<byte[]> listXattrs(Path path) throws IOException {
    return calls.listXattrs(path);
  }

  @Override
  public byte @Nullable [] xattr(Path path, byte[] name) throws IOException {
    return calls.getXattr(path, name);
  }

  @Override
  public void setXattr(Path path, byte[] name, byte[] value) throws IOException {
    calls.setXattr(path, name, value);
  }

  @Override
  public void removeXattr(Path path, byte[] name) throws IOException {
    calls.removeXattr(path, name);
  }

  @Override
  public Optional<String> limits() {
    return calls.limits();
  }

  @Override
  public String text(Path path) {
    return textOf(path);
  }

  /** A path of the host for people. */
  public static String textOf(Path path) {
    return ByteNames.toText(HostPath.toBytes(path));
  }
}
