package org.dedupfs.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.blocks.BlockDamagedException;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataDamagedException;
import org.jspecify.annotations.Nullable;

/**
 * What one read takes from where. Dirty bytes are copied while it is made, under the file's state
 * lock; blocks are read afterwards, under none.
 */
final class ReadPlan implements LayerSink {
  private static final byte[] ZEROS = new byte[8 << 10];

  /** How many bytes are to be read, -1 at or beyond the end. */
  final int length;

  /** Of the file when this was made. */
  final long sizeBytes;

  private final ByteBuffer target;
  private final int base;
  private final long offset;
  private final List<Extent> extents = new ArrayList<>(4);
  private boolean hasDirty;
  private @Nullable Extent damaged;
  private @Nullable IOException cause;

  /** For the remaining bytes of {@code target}, as far as the file goes. */
  ReadPlan(ByteBuffer target, long offset, long sizeBytes) {
    this.target = target;
    this.base = target.position();
    this.offset = offset;
    this.sizeBytes = sizeBytes;
    int wanted = target.remaining();
    this.length =
        offset < sizeBytes ? (int) Math.min(wanted, sizeBytes - offset) : wanted == 0 ? 0 : -1;
  }

  long endBytes() {
    return offset + Math.max(0, length);
  }

  /** All of the file, if that was asked for, is small and has no dirty bytes; else null. */
  @Nullable WholeFile whole() {
    boolean isWhole = offset == 0 && length == sizeBytes && !hasDirty;
    return isWhole && extents.size() <= WholeFile.MOST_EXTENTS
        ? new WholeFile(sizeBytes, extents)
        : null;
  }

  @Override
  public boolean dirty(DirtyLayer.Piece piece, long from, long to) {
    hasDirty = true;
    piece.copyTo(from, to, target, base + (int) (from - offset));
    return true;
  }

  @Override
  public boolean extent(Extent extent) {
    extents.add(extent);
    return true;
  }

  /** Reads the blocks; returns how many bytes are right from the start on. */
  int fill(BlockCache cache, int from) throws IOException {
    for (Extent extent : extents) {
      int at = base + (int) (extent.offsetBytes() - offset);
      try {
        copyBytes(cache, extent, target, at);
      } catch (BlockDamagedException | MetadataDamagedException e) {
        damaged = extent;
        cause = e;
        return (int) (extent.offsetBytes() - offset);
      }
    }
    return length;
  }

  /** What the last {@link #fill} stopped at, or null. */
  @Nullable Extent damaged() {
    return damaged;
  }

  DamagedContentException damage(InodeNumber inode) {
    Extent extent = java.util.Objects.requireNonNull(damaged);
    return new DamagedContentException(
        inode, extent.offsetBytes(), extent.lengthBytes(), java.util.Objects.requireNonNull(cause));
  }

  /** Copies an extent's bytes to {@code target} from index {@code at} on. */
  static void copy(BlockCache cache, InodeNumber inode, Extent extent, ByteBuffer target, int at)
      throws IOException {
    try {
      copyBytes(cache, extent, target, at);
    } catch (BlockDamagedException | MetadataDamagedException e) {
      throw new DamagedContentException(inode, extent.offsetBytes(), extent.lengthBytes(), e);
    }
  }

  private static void copyBytes(BlockCache cache, Extent extent, ByteBuffer target, int at)
      throws IOException {
    int count = (int) extent.lengthBytes();
    if (extent.isHole()) {
      for (int done = 0; done < count; done += ZEROS.length) {
        target.put(at + done, ZEROS, 0, Math.min(ZEROS.length, count - done));
      }
    } else if (extent.isBlock()) {
      target.put(at, cache.read(extent), extent.skipBytes(), count);
    } else {
      throw new MetadataDamagedException("the range was recorded as damaged by a repair");
    }
  }
}
