package org.dedupfs.metadata;

import java.util.List;

/** A run of an inode's extents that join without a gap, packed. */
public record ExtentPage(InodeNumber inode, long offsetBytes, List<Extent> extents) implements Row {
  // the metadata colleague replaces this by the packed form
  @Override
  public RowKey<ExtentPage> key() {
    return RowKey.extents(inode, offsetBytes);
  }

  public long endBytes() {
    return extents.get(extents.size() - 1).endBytes();
  }

  @Override
  public int weightBytes() {
    return 64 + 16 * extents.size();
  }
}
