package org.dedupfs.maintenance;

import java.io.IOException;
import java.util.List;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.ExtentPage;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.jspecify.annotations.Nullable;

/** Checks what files consist of, page by page. */
final class ContentPass {
  private final ExtentBlocks blocks;
  private final FindingSink sink;
  private long extents;
  private long highestBlock;

  private InodeNumber number = Finding.NONE;
  private @Nullable Inode inode;
  private long endBytes;
  private long dataBytes;
  private boolean whole;
  private boolean foreign;

  ContentPass(ExtentBlocks blocks, FindingSink sink) {
    this.blocks = blocks;
    this.sink = sink;
  }

  /** Extents seen so far. */
  long extents() {
    return extents;
  }

  /** The highest block id that a file names. */
  long highestBlock() {
    return highestBlock;
  }

  /** Begins with an inode, which may be missing. */
  void begin(InodeNumber next, @Nullable Inode row) {
    number = next;
    inode = row;
    endBytes = 0;
    dataBytes = 0;
    whole = true;
    foreign = false;
  }

  void page(ExtentPage page) throws IOException {
    Inode row = inode;
    if (!foreign && !isRegular(row)) {
      foreign = true;
      sink.found(
          Finding.ofInode(
              Kind.OWNERLESS,
              number,
              "there are contents of " + number + (row == null ? ", which does not exist" : "")));
    }
    long offset = page.offsetBytes();
    if (offset > endBytes) {
      whole = false;
      sink.found(
          gap(Kind.EXTENT_GAP, endBytes, offset, "nothing says what they are")
              .withRight(lost(endBytes, offset)));
    } else if (offset < endBytes) {
      whole = false;
      long to = Math.min(endBytes, page.endBytes());
      sink.found(gap(Kind.EXTENT_OVERLAP, offset, to, "two things are said to be there"));
    }
    endBytes = Math.max(endBytes, page.endBytes());
    for (Extent extent : page.extents()) {
      extents++;
      dataBytes += extent.isHole() ? 0 : extent.lengthBytes();
      highestBlock = Math.max(highestBlock, extent.blockId());
      Finding finding = blocks.check(number, extent);
      if (finding != null) {
        sink.found(finding);
      }
    }
  }

  private static boolean isRegular(@Nullable Inode row) {
    return row != null && InodePass.hasType(row) && row.isRegular();
  }

  /** What says that a range is lost. */
  private ExtentPage lost(long from, long to) {
    return ExtentPage.of(number, List.of(new Extent(from, to - from, Extent.DAMAGED, 0, 0)));
  }

  private Finding gap(Kind kind, long from, long to, String what) {
    return Finding.ofRange(
        kind,
        number,
        Finding.Range.between(from, to),
        0,
        "bytes " + from + " to " + to + " of " + number + ": " + what);
  }

  void end() throws IOException {
    Inode row = inode;
    if (row == null || !isRegular(row)) {
      return;
    }
    if (endBytes < row.sizeBytes()) {
      sink.found(
          gap(Kind.EXTENT_END, endBytes, row.sizeBytes(), "the contents end before the file does")
              .withRight(lost(endBytes, row.sizeBytes())));
    } else if (endBytes > row.sizeBytes()) {
      sink.found(
          Finding.ofInode(
              Kind.EXTENT_END,
              number,
              number + " has a size of " + row.sizeBytes() + ", its contents end at " + endBytes));
    } else if (whole && dataBytes != row.allocatedBytes()) {
      sink.found(
          Finding.ofInode(
                  Kind.ALLOCATED,
                  number,
                  number
                      + " says that it has "
                      + row.allocatedBytes()
                      + " bytes that are no holes, and has "
                      + dataBytes)
              .withRight(row.toBuilder().allocatedBytes(dataBytes).build()));
    }
  }
}
