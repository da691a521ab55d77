package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.LongAdder;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.transfer.Failures.SourceException;

/**
 * Copies the content of a file in large pieces, holes as holes: those a store knows, and the pieces
 * of the host that are all zeros. One per thread.
 */
final class FileBytes {
  private static final int PIECE_BYTES = 1 << 20;
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(PIECE_BYTES).asReadOnlyBuffer();

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE_BYTES);
  private final TransferListener listener;
  private final LongAdder copiedBytes;

  FileBytes(TransferListener listener, LongAdder copiedBytes) {
    this.listener = listener;
    this.copiedBytes = copiedBytes;
  }

  /** Copies from the start to the end; {@code target} is empty. */
  void copy(FileChannel source, FileChannel target) throws IOException {
    long size = size(source);
    long position = 0;
    long written = 0;
    while (position >= 0) {
      long start = source instanceof DedupFileChannel ours ? data(ours, position) : position;
      if (start < 0) {
        break;
      }
      copiedBytes.add(start - position);
      long end = source instanceof DedupFileChannel ours ? hole(ours, start) : Long.MAX_VALUE;
      long reached = range(source, target, start, end);
      if (reached == start) {
        break;
      }
      size = Math.max(size, reached);
      written = reached;
      position = source instanceof DedupFileChannel ? reached : -1;
    }
    if (source instanceof DedupFileChannel) {
      copiedBytes.add(size - written);
      extend(target, size);
    } else {
      extend(target, written);
    }
  }

  /** Copies at most up to {@code end}; gives where the source ended or that. */
  private long range(FileChannel source, FileChannel target, long start, long end)
      throws IOException {
    long position = start;
    while (position < end) {
      if (listener.stopRequested()) {
        throw new TransferStoppedException();
      }
      buffer.clear().limit((int) Math.min(PIECE_BYTES, end - position));
      int read = fill(source, position);
      if (read == 0) {
        return position;
      }
      buffer.flip();
      if (!isZero(read)) {
        long at = position;
        while (buffer.hasRemaining()) {
          at += target.write(buffer, at);
        }
      }
      position += read;
      copiedBytes.add(read);
      if (read < PIECE_BYTES && end == Long.MAX_VALUE) {
        return position;
      }
    }
    return position;
  }

  private int fill(FileChannel source, long position) throws IOException {
    int filled = 0;
    try {
      while (buffer.hasRemaining()) {
        int read = source.read(buffer, position + filled);
        if (read < 0) {
          break;
        }
        filled += read;
      }
    } catch (IOException e) {
      throw new SourceException(e);
    }
    return filled;
  }

  private boolean isZero(int length) {
    return buffer.get(0) == 0
        && buffer.get(length - 1) == 0
        && buffer.equals(ZEROS.duplicate().limit(length));
  }

  /** The part at the end that was not written. */
  private static void extend(FileChannel target, long size) throws IOException {
    if (target.size() >= size) {
      return;
    }
    if (target instanceof DedupFileChannel ours) {
      ours.setLength(size);
    } else {
      // java.nio cannot lengthen a file in another way.
      target.write(ByteBuffer.allocate(1), size - 1);
    }
  }

  private static long size(FileChannel source) throws IOException {
    try {
      return source.size();
    } catch (IOException e) {
      throw new SourceException(e);
    }
  }

  private static long data(DedupFileChannel source, long position) throws IOException {
    try {
      return source.nextData(position);
    } catch (IOException e) {
      throw new SourceException(e);
    }
  }

  private static long hole(DedupFileChannel source, long position) throws IOException {
    try {
      long hole = source.nextHole(position);
      return hole < 0 ? source.size() : hole;
    } catch (IOException e) {
      throw new SourceException(e);
    }
  }
}
