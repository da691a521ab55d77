package org.dedupfs.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.dedupfs.DedupFileAttributeView;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystemException.Reason;
import org.dedupfs.ExtendedAttributeView;
import org.dedupfs.UnixFileAttributeView;
import org.dedupfs.metadata.InodeNumber;
import org.jspecify.annotations.Nullable;

/**
 * A channel on a file without bytes: a directory opened for reading, which {@code force} makes
 * durable, or a special file just made.
 */
final class BytelessChannel extends DedupFileChannel {
  private final DedupPath path;
  private final InodeNumber inode;
  private volatile long position;

  BytelessChannel(DedupPath path, InodeNumber inode) {
    this.path = path;
    this.inode = inode;
  }

  private IOException noBytes() throws IOException {
    ensureOpen();
    return new DedupFileSystemException(
        path.toString(), null, Reason.IS_DIRECTORY, "Is a directory or a special file");
  }

  private void ensureOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
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
    try {
      return path.getFileSystem().run(path, tree -> tree.stat(inode).sizeBytes());
    } catch (NoSuchFileException e) {
      return 0; // A directory that was removed meanwhile.
    }
  }

  @Override
  public BytelessChannel truncate(long size) throws IOException {
    throw notWritable();
  }

  @Override
  public void force(boolean metaData) throws IOException {
    ensureOpen();
    path.getFileSystem().change(path, tree -> tree.syncNamespace());
  }

  @Override
  public long transferTo(long at, long count, WritableByteChannel target) throws IOException {
    ensureOpen();
    Transfers.requireOpen(target);
    Transfers.requireWritable(target);
    if (at < 0 || count < 0) {
      throw new IllegalArgumentException("position " + at + ", count " + count);
    }
    if (count > 0) {
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
  public FileLock lock(long at, long size, boolean shared) throws IOException {
    ensureOpen();
    if (!shared) {
      throw notWritable();
    }
    FileLockTable locks = path.getFileSystem().locks();
    StoreFileLock lock =
        new StoreFileLock(this, inode, locks, new StoreFileLock.Range(at, size, true));
    locks.add(inode, lock);
    return lock;
  }

  @Override
  public FileLock tryLock(long at, long size, boolean shared) throws IOException {
    return lock(at, size, shared);
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

  @Override
  public UnixFileAttributeView attributeView() {
    return AttributeViews.of(path, inode);
  }

  @Override
  public ExtendedAttributeView extendedAttributes() {
    return new XattrView(AttributeTarget.of(path, inode));
  }

  @Override
  public DedupFileAttributeView dedupAttributes() {
    return new DedupView(AttributeTarget.of(path, inode));
  }

  @Override
  public void linkTo(Path newName) throws IOException {
    ensureOpen();
    Namespace.createLink(DedupPath.cast(newName), path, inode);
  }

  @Override
  protected void implCloseChannel() {
    path.getFileSystem().locks().removeAll(inode, this);
    path.getFileSystem().forget(this);
  }
}
