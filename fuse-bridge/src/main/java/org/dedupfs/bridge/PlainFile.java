package org.dedupfs.bridge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * An open file of any file system. Its attributes are those of the path it was opened by, which
 * follows what is renamed through the mount.
 */
final class PlainFile implements MountedFile {
  private static final int PIECE_BYTES = 64 << 10;

  private final FileChannel channel;
  private final PlainTree tree;
  private volatile Path path;

  PlainFile(FileChannel channel, PlainTree tree, Path path) {
    this.channel = channel;
    this.tree = tree;
    this.path = path;
  }

  /** Something was renamed: this file, a directory above it, or something else. */
  void renamed(Path from, Path to) {
    Path before = path;
    if (before.startsWith(from)) {
      path = before.equals(from) ? to : to.resolve(from.relativize(before));
    }
  }

  @Override
  public MountedNode node() {
    return tree.node(path);
  }

  @Override
  public int read(ByteBuffer target, long offsetBytes) throws IOException {
    int total = 0;
    while (target.hasRemaining()) {
      int count = channel.read(target, offsetBytes + total);
      if (count <= 0) {
        break;
      }
      total += count;
    }
    return total;
  }

  @Override
  public void write(ByteBuffer source, long offsetBytes) throws IOException {
    long at = offsetBytes;
    while (source.hasRemaining()) {
      at += channel.write(source, at);
    }
  }

  @Override
  public long append(ByteBuffer source) throws IOException {
    synchronized (tree.appending()) {
      long end = channel.size();
      write(source, end);
      return end;
    }
  }

  @Override
  public void setLength(long sizeBytes) throws IOException {
    synchronized (tree.appending()) {
      if (sizeBytes > channel.size()) {
        write(ByteBuffer.allocate(1), sizeBytes - 1);
      } else {
        FileChannel same = channel.truncate(sizeBytes);
        Objects.requireNonNull(same);
      }
    }
  }

  @Override
  public void allocate(long offsetBytes, long lengthBytes) throws IOException {
    synchronized (tree.appending()) {
      if (offsetBytes + lengthBytes > channel.size()) {
        setLength(offsetBytes + lengthBytes);
      }
    }
  }

  @Override
  public void punchHole(long offsetBytes, long lengthBytes) throws IOException {
    zero(offsetBytes, Math.min(offsetBytes + lengthBytes, channel.size()));
  }

  @Override
  public void zeroRange(long offsetBytes, long lengthBytes) throws IOException {
    punchHole(offsetBytes, lengthBytes);
    allocate(offsetBytes, lengthBytes);
  }

  private void zero(long fromBytes, long toBytes) throws IOException {
    long at = fromBytes;
    while (at < toBytes) {
      int count = (int) Math.min(PIECE_BYTES, toBytes - at);
      write(ByteBuffer.allocate(count), at);
      at += count;
    }
  }

  @Override
  public void clearPrivileges() throws IOException {
    int mode = node().status().mode();
    int cleared = FileModes.withoutPrivileges(mode);
    if (cleared != mode) {
      node().setMode(cleared & FileModes.PERMISSIONS);
    }
  }

  @Override
  public void flush() {}

  @Override
  public void sync() throws IOException {
    channel.force(true);
  }

  @Override
  public void linkTo(Path newName) throws IOException {
    Path made = Files.createLink(newName, path);
    Objects.requireNonNull(made);
  }

  @Override
  public void close() throws IOException {
    tree.closed(this);
    channel.close();
  }
}
