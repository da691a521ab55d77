package org.dedupfs.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** Moves bytes between channels, piece by piece. */
final class Transfers {

  /**
   * A piece to fill.
   *
   * @param done bytes moved before it
   */
  record Piece(ByteBuffer bytes, long done) {}

  /** Fills a piece; as {@code ReadableByteChannel.read}. */
  interface Source {
    int read(Piece piece) throws IOException;
  }

  /** As {@code WritableByteChannel.write}. */
  interface Sink {
    int write(ByteBuffer bytes) throws IOException;
  }

  /**
   * Whether {@code FileChannel.transferFrom} to beyond the end writes there: its contract says no
   * up to Java 21, yes in 25.
   */
  static final boolean MAY_LEAVE_GAP = Runtime.version().feature() > 21;

  /** In which bytes go to and come from other channels. */
  private static final int PIECE_BYTES = 128 << 10;

  private Transfers() {}

  static void requireOpen(Channel channel) throws ClosedChannelException {
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
  }

  /** Of a channel of ours it is known before anything moves. */
  static void requireWritable(WritableByteChannel channel) {
    if (channel instanceof BytelessChannel
        || (channel instanceof StoreFileChannel ours && !ours.isWritable())) {
      throw new NonWritableChannelException();
    }
  }

  /** As {@link #requireWritable}. */
  static void requireReadable(ReadableByteChannel channel) {
    if (channel instanceof StoreFileChannel ours && !ours.isReadable()) {
      throw new NonReadableChannelException();
    }
  }

  /**
   * Moves up to {@code count} bytes, until the source has no more for now or the sink takes no more
   * for now. A failure to read counts only if nothing was moved before it; a failure to write
   * always does, for what was read may be in no other place.
   *
   * @return how many bytes the sink took
   */
  static long copy(Source source, Sink sink, long count, int pieceBytes) throws IOException {
    long done = 0;
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, pieceBytes));
    while (done < count) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), count - done));
      int read;
      try {
        read = source.read(new Piece(buffer, done));
      } catch (IOException e) {
        if (done == 0) {
          throw e;
        }
        break;
      }
      if (read <= 0) {
        break;
      }
      int written = sink.write(buffer.flip());
      done += written;
      if (written != read) {
        break;
      }
    }
    return done;
  }

  /**
   * As {@code FileChannel.transferTo}, of what is there now: the target may be this file, and grow.
   * After bytes that the target took a failure is left to the next call: the source keeps the rest.
   */
  static long to(StoreFileChannel source, long at, long count, WritableByteChannel target)
      throws IOException {
    long present = Math.max(0, Math.min(count, source.size() - at));
    long[] taken = new long[1];
    try {
      return copy(
          piece -> source.readAt(at + piece.done(), piece.bytes()),
          bytes -> {
            int n = target.write(bytes);
            taken[0] += n;
            return n;
          },
          present,
          PIECE_BYTES);
    } catch (IOException e) {
      if (taken[0] == 0) {
        throw e;
      }
      return taken[0];
    }
  }

  /**
   * As {@code FileChannel.transferFrom}. Fails when what was taken from the source cannot be
   * written, whatever was written before.
   */
  static long from(ReadableByteChannel source, StoreFileChannel target, long at, long count)
      throws IOException {
    if (source instanceof BytelessChannel directory && directory.isGone()) {
      return 0;
    }
    long present =
        source instanceof StoreFileChannel ours
            ? Math.max(0, Math.min(count, ours.size() - ours.position()))
            : count;
    long[] written = new long[1];
    return copy(
        piece -> source.read(piece.bytes()),
        bytes -> {
          int n = target.writeAt(at + written[0], bytes);
          written[0] += n;
          return n;
        },
        present,
        PIECE_BYTES);
  }

  /** Buffers {@code from} to before {@code to} as one, so that an append is one piece. */
  static ByteBuffer joined(ByteBuffer[] sources, int from, int to) {
    int bytes = 0;
    for (int i = from; i < to; i++) {
      bytes += sources[i].remaining();
    }
    ByteBuffer joined = ByteBuffer.allocate(bytes);
    for (int i = from; i < to; i++) {
      joined.put(sources[i].duplicate());
    }
    return joined.flip();
  }

  /** Views of buffers, of which the same one may be there twice. */
  static ByteBuffer[] views(ByteBuffer[] sources, int from, int count) {
    ByteBuffer[] views = new ByteBuffer[from + count];
    for (int i = from; i < views.length; i++) {
      views[i] = sources[i].duplicate();
    }
    return views;
  }

  /** Moves on by {@code bytes}, from one of the views on, and buffers to where their views are. */
  static void consume(ByteBuffer[] views, ByteBuffer[] sources, int from, int bytes) {
    int left = bytes;
    for (int i = from; i < views.length && left > 0; i++) {
      int count = Math.min(left, views[i].remaining());
      views[i].position(views[i].position() + count);
      sources[i].position(views[i].position());
      left -= count;
    }
  }
}
