package org.dedupfs.maintenance;

import java.io.IOException;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.blocks.BlockDamagedException;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.blocks.BlockStoreDamagedException;
import org.dedupfs.blocks.Fingerprint;
import org.dedupfs.blocks.LiveSet;
import org.dedupfs.blocks.PagedLiveSet;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.InodeNumber;
import org.jspecify.annotations.Nullable;

/** What is wrong with the blocks that extents name, without reading blocks that are known. */
final class ExtentBlocks {
  private final BlockStore blocks;
  private final LiveSet damaged = new PagedLiveSet();
  private long lastId;
  private @Nullable Fingerprint last;

  /** Takes over what is known to be damaged now. */
  ExtentBlocks(BlockStore blocks) {
    this.blocks = blocks;
    for (BlockId id : blocks.damaged()) {
      damaged.add(id.value());
    }
  }

  /** A finding about this extent, null if all is well. */
  @Nullable Finding check(InodeNumber inode, Extent extent) throws IOException {
    if (extent.blockId() == Extent.DAMAGED) {
      return finding(Kind.RANGE_LOST, inode, extent, 0, "was found lost before");
    }
    if (!extent.isBlock()) {
      return null;
    }
    long id = extent.blockId();
    if (damaged.contains(id)) {
      return finding(
          Kind.BLOCK_DAMAGED,
          inode,
          extent,
          id,
          "block #" + id + " cannot be read as it was written");
    }
    Fingerprint fingerprint = fingerprint(id);
    return fingerprint == null
        ? withoutFingerprint(inode, extent)
        : disagreement(inode, extent, fingerprint);
  }

  /** Null too when it cannot be read, which whoever checks fingerprints tells. */
  private @Nullable Fingerprint fingerprint(long id) throws IOException {
    if (id != lastId) {
      lastId = id;
      try {
        last = blocks.fingerprint(new BlockId(id));
      } catch (BlockStoreDamagedException e) {
        last = null;
      }
    }
    return last;
  }

  private @Nullable Finding disagreement(
      InodeNumber inode, Extent extent, Fingerprint fingerprint) {
    long id = extent.blockId();
    if (fingerprint.hash().check() != extent.check()) {
      return finding(
          Kind.BLOCK_OTHER, inode, extent, id, "block #" + id + " is not the one that is meant");
    }
    if (extent.skipBytes() + extent.lengthBytes() > fingerprint.rawBytes()) {
      return finding(
          Kind.BLOCK_OTHER,
          inode,
          extent,
          id,
          "block #"
              + id
              + " has "
              + fingerprint.rawBytes()
              + " bytes, fewer than are taken from it");
    }
    return null;
  }

  private @Nullable Finding withoutFingerprint(InodeNumber inode, Extent extent)
      throws IOException {
    long id = extent.blockId();
    try {
      return blocks.verify(extent.block()) == 0
          ? finding(Kind.BLOCK_MISSING, inode, extent, id, "block #" + id + " is missing")
          : Finding.ofBlock(Kind.NOT_INDEXED, id, "block #" + id + " has lost its fingerprint");
    } catch (BlockDamagedException e) {
      return finding(Kind.BLOCK_DAMAGED, inode, extent, id, String.valueOf(e.getMessage()));
    }
  }

  static Finding finding(Kind kind, InodeNumber inode, Extent extent, long block, String what) {
    return Finding.ofRange(
        kind,
        inode,
        Finding.Range.of(extent),
        block,
        "bytes "
            + extent.offsetBytes()
            + " to "
            + extent.endBytes()
            + " of "
            + inode
            + ": "
            + what);
  }
}
