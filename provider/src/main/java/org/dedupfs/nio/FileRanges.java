package org.dedupfs.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.tree.OpenFile;

/** Changes of ranges of a file that are made of simpler ones. */
final class FileRanges {
  private static final int PIECE_BYTES = 1 << 20;

  /** What is copied from where to where. */
  record Range(long sourceOffset, long targetOffset, long length) {}

  private FileRanges() {}

  static long allocate(OpenFile file, long offset, long length) throws IOException {
    if (length > 0 && offset + length > file.sizeBytes()) {
      file.setSize(offset + length);
    }
    return 0;
  }

  static long zero(OpenFile file, long offset, long length) throws IOException {
    long present = Math.min(length, file.sizeBytes() - offset);
    if (present > 0) {
      file.punchHole(offset, present);
    }
    return allocate(file, offset, length);
  }

  /** Holes stay holes, and data beyond the end of the target is put there piece by piece. */
  static long copy(DedupFileChannel source, DedupFileChannel target, Range range)
      throws IOException {
    long end = Math.min(range.length(), source.size() - range.sourceOffset());
    ByteBuffer piece = ByteBuffer.allocate((int) Math.max(0, Math.min(PIECE_BYTES, end)));
    long done = 0;
    while (done < end) {
      long data = source.nextData(range.sourceOffset() + done);
      long hole = data < 0 ? end - done : Math.min(end, data - range.sourceOffset()) - done;
      if (hole > 0) {
        target.zeroRange(range.targetOffset() + done, hole);
        done += hole;
        continue;
      }
      long next = source.nextHole(range.sourceOffset() + done);
      long run = next < 0 ? end - done : Math.min(end, next - range.sourceOffset()) - done;
      piece.clear().limit((int) Math.min(piece.capacity(), Math.max(1, run)));
      int count = source.read(piece, range.sourceOffset() + done);
      if (count < 0) {
        return done; // It was cut off meanwhile.
      }
      long at = range.targetOffset() + done;
      piece.flip();
      while (piece.hasRemaining()) {
        at += target.write(piece, at);
      }
      done += count;
    }
    return Math.max(0, done);
  }
}
