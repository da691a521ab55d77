package org.dedupfs.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Objects;
import org.dedupfs.DedupFileAttributeView;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.ExtendedAttributeView;
import org.dedupfs.UnixFileAttributeView;
import org.jspecify.annotations.Nullable;

/**
 * A file that the process that has the store open has opened for this one. More than a MiB is read
 * or written in several steps, between which others may write. An interrupt neither ends an
 * operation nor closes the channel.
 */
final class RemoteFileChannel extends DedupFileChannel {
  private static final int TRANSFER_BYTES = 256 << 10;

  private final RemotePath path;
  private final ClientConnection connection;
  private final int handle;

  private RemoteFileChannel(RemotePath path, ClientConnection connection, int handle) {
    this.path = path;
    this.connection = connection;
    this.handle = handle;
  }

  static RemoteFileChannel open(RemotePath path, int options, FileAttribute<?>... attributes)
      throws IOException {
    return path.getFileSystem()
        .use(
            connection ->
                connection.call(
                    Operation.OPEN_FILE,
                    out ->
                        Values.writeCreation(
                            out.text(path.toString()).number32(options), attributes),
                    in -> new RemoteFileChannel(path, connection, in.number32())),
            mayChange(options));
  }

  /**
   * Whether opening alone may: reading must not depend on whether others' changes can be stored.
   */
  private static boolean mayChange(int options) {
    int reading = WireNumber.bit(StandardOpenOption.READ) | FileRequests.NOFOLLOW;
    return (options & ~reading) != 0;
  }

  private void ensureOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  private long ask(Operation operation, long... numbers) throws IOException {
    ensureOpen();
    ClientConnection.Request request =
        out -> {
          out.number32(handle);
          for (long number : numbers) {
            out.number64(number);
          }
        };
    return path.getFileSystem()
        .noting(
            operation.isChanging(), () -> connection.call(operation, request, Incoming::number64));
  }

  /** One step of reading; {@code at} is looked at by {@code READ_AT} only. */
  private int readSome(Operation operation, ByteBuffer target, long at) throws IOException {
    int wanted = Math.min(target.remaining(), Limits.BULK_BYTES);
    return connection.call(
        operation,
        out -> {
          out.number32(handle).number32(wanted);
          if (operation == Operation.READ_AT) {
            out.number64(at);
          }
        },
        null,
        (in, link) -> {
          int count = in.number32();
          if (count > wanted || link.bulkBytes() != Math.max(0, count)) {
            throw new MalformedMessageException(count + " bytes of " + wanted + " were read");
          }
          int limit = target.limit();
          target.limit(target.position() + link.bulkBytes());
          link.receiveBulk(target, Link.FOREVER);
          target.limit(limit);
          return count;
        });
  }

  private int read(Operation operation, ByteBuffer target, long at) throws IOException {
    ensureOpen();
    int total = 0;
    while (true) {
      int wanted = Math.min(target.remaining(), Limits.BULK_BYTES);
      if (target.isReadOnly()) {
        // What else is wrong comes first, as in a store.
        readSome(operation, ByteBuffer.allocate(0), at);
        throw new IllegalArgumentException("Read-only buffer");
      }
      int count = readSome(operation, target, at + total);
      if (count < 0) {
        return total == 0 ? count : total;
      }
      total += count;
      if (count < wanted || !target.hasRemaining()) {
        return total;
      }
    }
  }

  private int write(Operation operation, ByteBuffer source, long at) throws IOException {
    ensureOpen();
    return path.getFileSystem()
        .noting(operation.isChanging(), () -> writeAll(operation, source, at));
  }

  private int writeAll(Operation operation, ByteBuffer source, long at) throws IOException {
    int total = 0;
    do {
      int size = Math.min(source.remaining(), Limits.BULK_BYTES);
      long position = at + total;
      int count;
      try {
        count =
            connection.call(
                operation,
                out -> {
                  out.number32(handle);
                  if (operation == Operation.WRITE_AT) {
                    out.number64(position);
                  }
                },
                source.slice(source.position(), size),
                (in, link) -> in.number32());
      } catch (IOException e) {
        if (total == 0) {
          throw e;
        }
        return total; // the next write tells why
      }
      source.position(source.position() + count);
      total += count;
    } while (source.hasRemaining());
    return total;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return read(Operation.READ, Objects.requireNonNull(target), 0);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    return read(Operation.READ_AT, Objects.requireNonNull(target), position);
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, targets.length);
    long total = 0;
    for (int i = offset; i < offset + length; i++) {
      int wanted = targets[i].remaining();
      int count = read(targets[i]);
      if (count < 0) {
        return total == 0 ? -1 : total;
      }
      total += count;
      if (count < wanted) {
        break;
      }
    }
    return total;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return write(Operation.WRITE, Objects.requireNonNull(source), 0);
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    return write(Operation.WRITE_AT, Objects.requireNonNull(source), position);
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, sources.length);
    long total = 0;
    for (int i = offset; i < offset + length; i++) {
      total += write(sources[i]);
    }
    return total;
  }

  @Override
  public long position() throws IOException {
    return ask(Operation.POSITION);
  }

  @Override
  public RemoteFileChannel position(long newPosition) throws IOException {
    ask(Operation.SET_POSITION, newPosition);
    return this;
  }

  @Override
  public long size() throws IOException {
    return ask(Operation.SIZE);
  }

  @Override
  public RemoteFileChannel truncate(long size) throws IOException {
    ask(Operation.TRUNCATE, size);
    return this;
  }

  @Override
  public void setLength(long sizeBytes) throws IOException {
    ask(Operation.SET_LENGTH, sizeBytes);
  }

  @Override
  public void allocate(long offsetBytes, long lengthBytes) throws IOException {
    ask(Operation.ALLOCATE, offsetBytes, lengthBytes);
  }

  @Override
  public void zeroRange(long offsetBytes, long lengthBytes) throws IOException {
    ask(Operation.ZERO_RANGE, offsetBytes, lengthBytes);
  }

  @Override
  public void punchHole(long offsetBytes, long lengthBytes) throws IOException {
    ask(Operation.PUNCH_HOLE, offsetBytes, lengthBytes);
  }

  @Override
  public long nextData(long offsetBytes) throws IOException {
    return ask(Operation.NEXT_DATA, offsetBytes);
  }

  @Override
  public long nextHole(long offsetBytes) throws IOException {
    return ask(Operation.NEXT_HOLE, offsetBytes);
  }

  @Override
  public UnixFileAttributeView attributeView() {
    return new RemoteUnixView("unix", AttributeTarget.of(path, handle, connection));
  }

  @Override
  public void force(boolean metaData) throws IOException {
    ensureOpen();
    connection.call(
        Operation.FORCE, out -> out.number32(handle).flag(metaData), in -> Boolean.TRUE);
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(TRANSFER_BYTES, Math.max(0, count)));
    long total = 0;
    while (total < count) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), count - total));
      if (read(buffer, position + total) <= 0) {
        break;
      }
      buffer.flip();
      int written = target.write(buffer);
      total += written;
      if (buffer.hasRemaining()) {
        break;
      }
    }
    return total;
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(TRANSFER_BYTES, Math.max(0, count)));
    long total = 0;
    while (total < count) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), count - total));
      if (source.read(buffer) <= 0) {
        break;
      }
      total += write(buffer.flip(), position + total);
    }
    return total;
  }

  @Override
  public long cloneRangeFrom(
      DedupFileChannel source, long sourceOffsetBytes, long offsetBytes, long lengthBytes) {
    throw RemoteFileSystem.unsupported("cloning a range of a file");
  }

  @Override
  public long append(ByteBuffer source) {
    throw RemoteFileSystem.unsupported("appending to a file that was not opened for it");
  }

  @Override
  public long generation() {
    throw RemoteFileSystem.unsupported("the generation of a file");
  }

  @Override
  public void setOrigin(@Nullable Object origin) {
    throw RemoteFileSystem.unsupported("the origin of changes");
  }

  @Override
  public void checkWritten() {
    throw RemoteFileSystem.unsupported("asking what became of written bytes");
  }

  @Override
  public void clearPrivileges() {
    throw RemoteFileSystem.unsupported("taking privileges from an open file");
  }

  @Override
  public ExtendedAttributeView extendedAttributes() {
    throw RemoteFileSystem.unsupported("extended attributes of an open file");
  }

  @Override
  public DedupFileAttributeView dedupAttributes() {
    throw RemoteFileSystem.unsupported("the view dedup");
  }

  @Override
  public void linkTo(Path newName) {
    throw RemoteFileSystem.unsupported("linking an open file");
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw RemoteFileSystem.unsupported("mapping " + path + " into memory");
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) {
    throw RemoteFileSystem.unsupported("locking " + path);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) {
    throw RemoteFileSystem.unsupported("locking " + path);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    connection.call(Operation.CLOSE, out -> out.number32(handle), in -> Boolean.TRUE);
  }
}
