package org.dedupfs.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystemException.Reason;
import org.dedupfs.metadata.InodeNumber;
import org.jspecify.annotations.Nullable;

/**
 * A channel on a file without bytes: a directory opened for reading, which {@code force} makes
 * durable, or a special file just made.
 */
final class BytelessChannel extends InodeChannel {
  private final InodeNumber inode;
  private volatile long position;

  BytelessChannel(DedupPath path, InodeNumber inode) {
    super(path, true);
    this.inode = inode;
  }

  private IOException noBytes() throws IOException {
    ensureOpen();
    return new DedupFileSystemException(
        path.toString(), null, Reason.IS_DIRECTORY, "Is a directory or a special file");
  }

  @Override
  InodeNumber inode() {
    return inode;
  }

  @Override
  AttributeTarget target() {
    return AttributeTarget.of(path, inode);
  }

  private NonWritableChannelException notWritable() throws IOException {
    ensureOpen();
    return new NonWritableChannelException();
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (target.hasRemaining()) {
      throw noBytes();
    }
    ensureOpen();
    return 0;
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    throw noBytes();
  }

  @Override
  public int read(ByteBuffer target, long at) throws IOException {
    return read(target);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    throw notWritable();
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    throw notWritable();
  }

  @Override
  public int write(ByteBuffer source, long at) throws IOException {
    throw notWritable();
  }

  @Override
  public long position() throws IOException {
    ensureOpen();
    return position;
  }

  @Override
  public BytelessChannel position(long newPosition) throws IOException {
    ensureOpen();
    if (newPosition < 0) {
      throw new IllegalArgumentException("position is negative: " + newPosition);
    }
    position = newPosition;
    return this;
  }

  @Override
  public long size() throws IOException {
    ensureOpen();
    return isGone() ? 0 : fileSystem.run(path, tree -> tree.stat(inode).sizeBytes());
  }

  /** Whether this is a directory that was removed: on Unix that has no bytes to fail on. */
  boolean isGone() throws IOException {
    try {
      return fileSystem.run(path, tree -> tree.stat(inode)).nlink() == 0;
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  @Override
  public BytelessChannel truncate(long size) throws IOException {
    throw notWritable();
  }

  @Override
  public void force(boolean metaData) throws IOException {
    ensureOpen();
    fileSystem.change(path, tree -> tree.syncNamespace());
  }

  @Override
  public long transferTo(long at, long count, WritableByteChannel target) throws IOException {
    ensureOpen();
    Transfers.requireOpen(target);
    Transfers.requireWritable(target);
    if (at < 0 || count < 0) {
      throw new IllegalArgumentException("position " + at + ", count " + count);
    }
    if (count > 0 && !isGone()) {
      throw noBytes();
    }
    return 0;
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long at, long count) throws IOException {
    throw notWritable();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long at, long size) {
    throw new UnsupportedOperationException("a directory cannot be mapped: " + path);
  }

  @Override
  void requireLockable(boolean shared) throws IOException {
    if (!shared) {
      throw notWritable();
    }
  }

  @Override
  public void setLength(long sizeBytes) throws IOException {
    throw notWritable();
  }

  @Override
  public void allocate(long offsetBytes, long lengthBytes) throws IOException {
    throw notWritable();
  }

  @Override
  public void zeroRange(long offsetBytes, long lengthBytes) throws IOException {
    throw notWritable();
  }

  @Override
  public long cloneRangeFrom(
      DedupFileChannel source, long sourceOffsetBytes, long offsetBytes, long lengthBytes)
      throws IOException {
    throw notWritable();
  }

  @Override
  public long append(ByteBuffer source) throws IOException {
    throw notWritable();
  }

  @Override
  public void punchHole(long offsetBytes, long lengthBytes) throws IOException {
    throw notWritable();
  }

  @Override
  public long nextData(long offsetBytes) throws IOException {
    throw noBytes();
  }

  @Override
  public long nextHole(long offsetBytes) throws IOException {
    throw noBytes();
  }

  @Override
  public long generation() {
    return 0;
  }

  /** Nothing is changed through this channel. */
  @Override
  public void setOrigin(@Nullable Object origin) {}

  @Override
  public void checkWritten() throws IOException {
    ensureOpen();
  }

  /** Nothing can be written through this channel. */
  @Override
  public void clearPrivileges() throws IOException {
    ensureOpen();
  }

  @Override
  protected void implCloseChannel() {
    fileSystem.locks().removeAll(inode, this);
    fileSystem.forget(this);
  }
}
