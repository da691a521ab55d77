package org.dedupfs.maintenance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.blocks.BlockStoreDamagedException;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.ExtentPage;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.RowKey;
import org.jspecify.annotations.Nullable;

/** Puts in order what files consist of: what is lost reads as an error, nothing else changes. */
final class ContentRepair {
  private final MetadataStore metadata;
  private final BlockStore blocks;

  ContentRepair(MetadataStore metadata, BlockStore blocks) {
    this.metadata = metadata;
    this.blocks = blocks;
  }

  /** A file as long as its contents; what is no hole is left to the next check. */
  Inode sized(Inode made) throws IOException {
    ExtentPage last = metadata.floor(RowKey.extents(made.number(), Long.MAX_VALUE));
    return made.toBuilder().sizeBytes(last == null ? 0 : last.endBytes()).build();
  }

  /**
   * Marks a range lost whose block is not there, or another one. A block that is only damaged stays
   * as long as it is known by its hash: the same data heals it.
   */
  @Nullable String giveUp(Finding finding, MetadataBatch batch) throws IOException {
    Finding.Range range = finding.range();
    if (range == null || isHealable(finding)) {
      return null;
    }
    ExtentPage page = metadata.floor(RowKey.extents(finding.inode(), range.offsetBytes()));
    if (page == null || !isIn(range, page)) {
      return null;
    }
    batch.put(lost(page, range));
    return "the range reads as an error from now on";
  }

  private boolean isHealable(Finding finding) throws IOException {
    if (finding.kind() != Kind.BLOCK_DAMAGED) {
      return false;
    }
    try {
      return blocks.fingerprint(new BlockId(finding.block())) != null;
    } catch (BlockStoreDamagedException e) {
      return true; // not known: nothing is given up
    }
  }

  private static boolean isIn(Finding.Range range, ExtentPage page) {
    return page.offsetBytes() <= range.offsetBytes() && range.offsetBytes() < page.endBytes();
  }

  /** The page with the part of a range that is in it lost. */
  private static ExtentPage lost(ExtentPage page, Finding.Range range) {
    long from = Math.max(page.offsetBytes(), range.offsetBytes());
    long to = Math.min(page.endBytes(), range.offsetBytes() + range.lengthBytes());
    List<Extent> extents = new ArrayList<>();
    addParts(extents, page, page.offsetBytes(), from);
    extents.add(new Extent(from, to - from, Extent.DAMAGED, 0, 0));
    addParts(extents, page, to, page.endBytes());
    return ExtentPage.of(page.inode(), extents);
  }

  private static void addParts(List<Extent> extents, ExtentPage page, long from, long to) {
    for (Extent extent : page.extents()) {
      long start = Math.max(from, extent.offsetBytes());
      long end = Math.min(to, extent.endBytes());
      if (start < end) {
        extents.add(extent.slice(start, end));
      }
    }
  }

  /** Of two pages that claim a range neither is believed. */
  @Nullable String separate(Finding finding, MetadataBatch batch) throws IOException {
    Finding.Range range = finding.range();
    InodeNumber inode = finding.inode();
    if (range == null || range.offsetBytes() == 0) {
      return null;
    }
    ExtentPage later = metadata.get(RowKey.extents(inode, range.offsetBytes()));
    ExtentPage earlier = metadata.floor(RowKey.extents(inode, range.offsetBytes() - 1));
    if (later == null || earlier == null || !isIn(range, earlier)) {
      return null;
    }
    batch.delete(later.key()).put(lost(earlier, range));
    List<Extent> rest = new ArrayList<>();
    addParts(rest, later, range.offsetBytes() + range.lengthBytes(), later.endBytes());
    if (!rest.isEmpty()) {
      batch.put(ExtentPage.of(inode, rest));
    }
    return "the range reads as an error from now on";
  }

  /** Whether a file ends where it says or where its contents do is not known: neither is shown. */
  @Nullable String distrustEnd(InodeNumber inode, MetadataBatch batch) throws IOException {
    Inode row = metadata.get(RowKey.inode(inode));
    if (row == null) {
      return null;
    }
    long from = Math.max(0, row.sizeBytes());
    long end = from;
    for (RowKey<ExtentPage> key : metadata.extentKeys(inode)) {
      ExtentPage page = metadata.get(key);
      if (page != null && page.endBytes() > from) {
        batch.put(lost(page, Finding.Range.between(from, page.endBytes())));
        end = page.endBytes();
      }
    }
    if (end == row.sizeBytes()) {
      return null; // was put in order since this round began
    }
    batch.put(row.toBuilder().sizeBytes(end).build());
    return "its end reads as an error from now on";
  }
}
