package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.LongAdder;
import org.dedupfs.transfer.Failures.SourceException;

/**
 * Copies the content of a file in large pieces, holes as holes: those the source knows, and pieces
 * that are all zeros. One per thread.
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

  /**
   * Copies the data from the start to the end and gives the size, which {@code target}, empty at
   * first, still has to be extended to if the source ends in a hole.
   */
  long copy(Side.Source source, FileChannel target) throws IOException {
    long position = 0;
    while (true) {
      long start = data(source, position);
      if (start < 0) {
        break;
      }
      copiedBytes.add(start - position);
      long end = Math.max(start, hole(source, start));
      position = range(source.channel(), target, start, end);
      if (position < end || start == end) {
        // It became shorter meanwhile.
        break;
      }
    }
    long size = Math.max(position, size(source.channel()));
    copiedBytes.add(size - position);
    return size;
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

  private static long size(FileChannel source) throws IOException {
    try {
      return source.size();
    } catch (IOException e) {
      throw new SourceException(e);
    }
  }

  private static long data(Side.Source source, long position) throws IOException {
    try {
      return source.nextData(position);
    } catch (IOException e) {
      throw new SourceException(e);
    }
  }

  private static long hole(Side.Source source, long position) throws IOException {
    try {
      return source.nextHole(position);
    } catch (IOException e) {
      throw new SourceException(e);
    }
  }
}
