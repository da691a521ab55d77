package org.dedupfs.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.tree.OpenFile;

/** Changes of ranges of a file that are made of simpler ones. */
final class FileRanges {
  private static final int PIECE_BYTES = 1 << 20;

  /** Less is copied: to name a part of a block costs more than to store it anew. */
  private static final int LEAST_SHARED_BYTES = 16 << 10;

  /** What is copied from where to where. */
  record Range(long sourceOffset, long targetOffset, long length) {
    Range from(long done) {
      return new Range(sourceOffset + done, targetOffset + done, length - done);
    }
  }

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

  /**
   * Clones within one store by reference.
   *
   * @return how many bytes were cloned; what is left has to be copied, because it is too little to
   *     be worth an extent of its own, or because others keep writing to one of the files
   */
  static long share(OpenFile source, OpenFile target, Range range) throws IOException {
    return range.length() < LEAST_SHARED_BYTES
        ? 0
        : target.cloneRange(source, range.sourceOffset(), range.targetOffset(), range.length());
  }

  /** Holes stay holes, and data beyond the end of the target is put there piece by piece. */
  static long copy(DedupFileChannel source, StoreFileChannel target, Range range)
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
      target.put(range.targetOffset() + done, piece.flip());
      done += count;
    }
    return Math.max(0, done);
  }
}
