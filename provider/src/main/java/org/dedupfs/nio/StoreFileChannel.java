package org.dedupfs.nio;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.OpenFile;
import org.jspecify.annotations.Nullable;

/**
 * A channel on a regular file. Work is done on the caller's thread and never cut short: an
 * interrupt or a close from elsewhere closes the channel and makes the call fail when it is done.
 */
final class StoreFileChannel extends InodeChannel {
  /** Gathered bytes that reach the end of a file in one piece. */
  private static final int GATHER_BYTES = 4 << 20;

  private final OpenFile file;
  private final OpenMode mode;

  /** As the mode says: looked at with each read. */
  private final boolean readable;

  private final Object positionLock = new Object();

  @GuardedBy("positionLock")
  private long position;

  StoreFileChannel(DedupPath path, OpenFile file, OpenMode mode) {
    super(path, mode.interruptible());
    this.file = file;
    this.mode = mode;
    this.readable = mode.read();
  }

  OpenFile file() {
    return file;
  }

  @Override
  InodeNumber inode() {
    return file.inode();
  }

  @Override
  AttributeTarget target() {
    return AttributeTarget.of(path, file);
  }

  boolean isReadable() {
    return readable;
  }

  boolean isWritable() {
    return mode.write();
  }

  private void ensureReadable() throws ClosedChannelException {
    ensureOpen();
    if (!readable) {
      throw new NonReadableChannelException();
    }
  }

  private void ensureWritable() throws ClosedChannelException {
    ensureOpen();
    if (!mode.write()) {
      throw new NonWritableChannelException();
    }
  }

  int readAt(long at, ByteBuffer target) throws IOException {
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("Read-only buffer");
    }
    return (int) perform(() -> target.hasRemaining() ? file.read(at, target) : 0);
  }

  /** In append mode the end is where bytes go, whatever {@code at} says, as on Linux. */
  int writeAt(long at, ByteBuffer source) throws IOException {
    int before = source.remaining();
    return (int)
        perform(
            () -> {
              if (before > 0) {
                if (mode.append()) {
                  file.append(source);
                } else {
                  file.write(at, source);
                }
                if (mode.sync()) {
                  file.sync();
                }
              }
              return (long) before - source.remaining();
            });
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    Objects.requireNonNull(target);
    ensureReadable();
    synchronized (positionLock) {
      int count = readAt(position, target);
      position += Math.max(0, count);
      return count;
    }
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, targets.length);
    ensureReadable();
    long total = 0;
    synchronized (positionLock) {
      for (int i = offset; i < offset + length; i++) {
        int wanted = targets[i].remaining();
        int count = readAt(position, targets[i]);
        if (count < 0 && total == 0) {
          return -1;
        }
        position += Math.max(0, count);
        total += Math.max(0, count);
        if (count < wanted) {
          break;
        }
      }
    }
    return total;
  }

  @Override
  public int read(ByteBuffer target, long at) throws IOException {
    Objects.requireNonNull(target);
    requireNotNegative(at, "position");
    ensureReadable();
    return readAt(at, target);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    Objects.requireNonNull(source);
    ensureWritable();
    synchronized (positionLock) {
      int count = writeAt(position, source);
      position += count;
      return count;
    }
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, sources.length);
    ensureWritable();
    long total = 0;
    ByteBuffer[] views = Transfers.views(sources, offset, length);
    synchronized (positionLock) {
      int next = offset;
      while (next < offset + length) {
        int end = next + 1;
        long bytes = views[next].remaining();
        while (end < offset + length && bytes + views[end].remaining() <= GATHER_BYTES) {
          bytes += views[end++].remaining();
        }
        ByteBuffer source =
            end == next + 1 ? views[next].duplicate() : Transfers.joined(views, next, end);
        int count;
        try {
          count = writeAt(position, source);
        } catch (IOException e) {
          if (total == 0 || !isOpen()) {
            throw e;
          }
          break; // the next write tells why
        }
        Transfers.consume(views, sources, next, count);
        position += count;
        total += count;
        if (count < bytes) {
          break;
        }
        next = end;
      }
    }
    return total;
  }

  @Override
  public int write(ByteBuffer source, long at) throws IOException {
    Objects.requireNonNull(source);
    requireNotNegative(at, "position");
    ensureWritable();
    return writeAt(at, source);
  }

  @Override
  public long position() throws IOException {
    ensureOpen();
    synchronized (positionLock) {
      return mode.append() ? file.sizeBytes() : position;
    }
  }

  @Override
  public StoreFileChannel position(long newPosition) throws IOException {
    ensureOpen();
    requireNotNegative(newPosition, "position");
    synchronized (positionLock) {
      position = newPosition;
    }
    return this;
  }

  @Override
  public long size() throws IOException {
    ensureOpen();
    return file.sizeBytes();
  }

  @Override
  public StoreFileChannel truncate(long size) throws IOException {
    ensureOpen();
    requireNotNegative(size, "size");
    ensureWritable();
    synchronized (positionLock) {
      resize(size, size < file.sizeBytes());
      position = Math.min(position, size);
    }
    return this;
  }

  @Override
  public void setLength(long sizeBytes) throws IOException {
    ensureOpen();
    requireNotNegative(sizeBytes, "size");
    ensureWritable();
    resize(sizeBytes, true);
  }

  private void resize(long sizeBytes, boolean wanted) throws IOException {
    perform(
        () -> {
          if (wanted) {
            file.setSize(sizeBytes);
          }
          return 0;
        });
  }

  @Override
  public void punchHole(long offsetBytes, long lengthBytes) throws IOException {
    requireWritableRange(offsetBytes, lengthBytes);
    perform(
        () -> {
          file.punchHole(offsetBytes, lengthBytes);
          return 0;
        });
  }

  @Override
  public void allocate(long offsetBytes, long lengthBytes) throws IOException {
    requireWritableRange(offsetBytes, lengthBytes);
    perform(() -> FileRanges.allocate(file, offsetBytes, lengthBytes));
  }

  @Override
  public void zeroRange(long offsetBytes, long lengthBytes) throws IOException {
    requireWritableRange(offsetBytes, lengthBytes);
    perform(() -> FileRanges.zero(file, offsetBytes, lengthBytes));
  }

  @Override
  public long cloneRangeFrom(
      DedupFileChannel source, long sourceOffsetBytes, long offsetBytes, long lengthBytes)
      throws IOException {
    requireNotNegative(sourceOffsetBytes, "source offset");
    requireWritableRange(offsetBytes, lengthBytes);
    Transfers.requireOpen(source);
    Transfers.requireReadable(source);
    if (source instanceof StoreFileChannel ours
        && ours.fileSystem == fileSystem
        && ours.file.inode().equals(file.inode())
        && sourceOffsetBytes < offsetBytes + lengthBytes
        && offsetBytes < sourceOffsetBytes + lengthBytes) {
      throw new IllegalArgumentException("the ranges overlap in one file");
    }
    long length = Math.max(0, Math.min(lengthBytes, source.size() - sourceOffsetBytes));
    FileRanges.Range range = new FileRanges.Range(sourceOffsetBytes, offsetBytes, length);
    long shared =
        source instanceof StoreFileChannel ours && ours.fileSystem == fileSystem
            ? perform(() -> FileRanges.share(ours.file, file, range))
            : 0;
    long done = shared + FileRanges.copy(source, this, range.from(shared));
    if (mode.sync()) {
      force(true);
    }
    return done;
  }

  /** Writes at an offset, in append mode too. */
  void put(long at, ByteBuffer source) throws IOException {
    long unused = perform(() -> file.write(at, source));
  }

  private void requireWritableRange(long offsetBytes, long lengthBytes) throws IOException {
    ensureOpen();
    requireNotNegative(offsetBytes, "offset");
    requireNotNegative(lengthBytes, "length");
    ensureWritable();
    if (offsetBytes + lengthBytes < 0) {
      throw new IllegalArgumentException("range " + offsetBytes + " + " + lengthBytes);
    }
  }

  @Override
  public long nextData(long offsetBytes) throws IOException {
    ensureOpen();
    requireNotNegative(offsetBytes, "offset");
    return perform(() -> file.nextData(offsetBytes));
  }

  @Override
  public long nextHole(long offsetBytes) throws IOException {
    ensureOpen();
    requireNotNegative(offsetBytes, "offset");
    return perform(() -> file.nextHole(offsetBytes));
  }

  @Override
  public long append(ByteBuffer source) throws IOException {
    Objects.requireNonNull(source);
    ensureWritable();
    return perform(
        () -> {
          long at = file.append(source);
          if (mode.sync()) {
            file.sync();
          }
          return at;
        });
  }

  @Override
  public long generation() {
    return file.generation();
  }

  @Override
  public void setOrigin(@Nullable Object origin) {
    file.setOrigin(origin);
  }

  @Override
  public void checkWritten() throws IOException {
    ensureOpen();
    perform(
        () -> {
          file.checkWritten();
          return 0;
        });
  }

  @Override
  public void clearPrivileges() throws IOException {
    ensureOpen();
    perform(
        () -> {
          file.clearPrivileges();
          return 0;
        });
  }

  @Override
  public void force(boolean metaData) throws IOException {
    ensureOpen();
    perform(
        () -> {
          file.sync();
          return 0;
        });
  }

  @Override
  public long transferTo(long at, long count, WritableByteChannel target) throws IOException {
    ensureOpen();
    Transfers.requireOpen(target);
    ensureReadable();
    requireNotNegative(at, "position");
    requireNotNegative(count, "count");
    Transfers.requireWritable(target);
    return Transfers.to(this, at, count, target);
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long at, long count) throws IOException {
    ensureOpen();
    Transfers.requireOpen(source);
    ensureWritable();
    requireNotNegative(at, "position");
    requireNotNegative(count, "count");
    if (at > size() && !Transfers.MAY_LEAVE_GAP) {
      return 0;
    }
    Transfers.requireReadable(source);
    return Transfers.from(source, this, at, count);
  }

  @Override
  public MappedByteBuffer map(MapMode mapMode, long at, long size) {
    throw new UnsupportedOperationException(
        "a file in a store cannot be mapped into memory from Java: "
            + path
            + "; read it with"
            + " positional reads, or mount the store");
  }

  @Override
  void requireLockable(boolean shared) throws IOException {
    if (shared) {
      ensureReadable();
    } else {
      ensureWritable();
    }
  }

  @Override
  protected void implCloseChannel() throws IOException {
    fileSystem.locks().removeAll(file.inode(), this);
    fileSystem.forget(this);
    fileSystem.cleanUp(path, file::close);
  }
}
