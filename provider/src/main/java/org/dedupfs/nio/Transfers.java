package org.dedupfs.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;

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

  private Transfers() {}

  static void requireOpen(Channel channel) throws ClosedChannelException {
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
  }

  /**
   * Moves up to {@code count} bytes, until the source has no more for now or the sink takes no more
   * for now. A failure counts only if nothing was moved before it.
   *
   * @return how many bytes the sink took
   */
  static long copy(Source source, Sink sink, long count, int pieceBytes) throws IOException {
    long done = 0;
    try {
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, pieceBytes));
      while (done < count) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), count - done));
        int read = source.read(new Piece(buffer, done));
        if (read <= 0) {
          break;
        }
        int written = sink.write(buffer.flip());
        done += written;
        if (written != read) {
          break;
        }
      }
    } catch (IOException e) {
      if (done == 0) {
        throw e;
      }
    }
    return done;
  }
}
