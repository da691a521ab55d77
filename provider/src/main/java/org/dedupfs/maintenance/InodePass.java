package org.dedupfs.maintenance;

import java.io.IOException;
import org.dedupfs.MaintenanceListener.Phase;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.ExtentPage;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataSnapshot;
import org.dedupfs.metadata.NameCookies;
import org.dedupfs.metadata.Orphan;
import org.dedupfs.metadata.Symlink;
import org.dedupfs.metadata.Table;
import org.dedupfs.metadata.Xattr;
import org.jspecify.annotations.Nullable;

/**
 * Checks all that belongs to one inode after the other. All tables are in the order of inodes, so
 * one walk through them side by side meets everything once, and holds one row of each.
 */
final class InodePass implements AutoCloseable {
  private final FindingSink sink;
  private final Pace pace;
  private final long expected;
  private final NameCookies cookies;
  private final ContentPass content;
  private final RowStream<Inode> inodes;
  private final RowStream<Dentry> entries;
  private final RowStream<Symlink> links;
  private final RowStream<Xattr> xattrs;
  private final RowStream<ExtentPage> pages;
  private final RowStream<Orphan> orphans;
  private final Tally tally = new Tally();

  /** What there is in all. */
  static final class Tally {
    long files;
    long directories;
    long names;
    long allocatedBytes;
    long highestInode;

    /** Of those that exist. */
    long highestRow;

    boolean root;

    long inodes() {
      return files + directories;
    }
  }

  /**
   * @param expected how many inodes there are, about
   */
  InodePass(
      MetadataSnapshot metadata,
      NameCookies cookies,
      ContentPass content,
      FindingSink sink,
      MetadataSnapshot.Damage damage,
      Pace pace,
      long expected)
      throws IOException {
    this.sink = sink;
    this.pace = pace;
    this.expected = expected;
    this.cookies = cookies;
    this.content = content;
    inodes = RowStream.of(metadata, Table.INODE, row -> row.number().value(), damage);
    entries = RowStream.of(metadata, Table.DENTRY, row -> row.parent().value(), damage);
    links = RowStream.of(metadata, Table.SYMLINK, row -> row.inode().value(), damage);
    xattrs = RowStream.of(metadata, Table.XATTR, row -> row.inode().value(), damage);
    pages = RowStream.of(metadata, Table.EXTENTS, row -> row.inode().value(), damage);
    orphans = RowStream.of(metadata, Table.ORPHAN, row -> row.inode().value(), damage);
  }

  Tally run() throws IOException {
    for (long next = next(); next != RowStream.END; next = next()) {
      InodeNumber number = new InodeNumber(next);
      Inode inode = inodes.take(next);
      if (inode != null) {
        tally.highestRow = next;
        count(inode);
      }
      tally.highestInode = Math.max(tally.highestInode, next);
      checkEntries(number, inode);
      checkLink(number, inode);
      checkXattrs(number, inode);
      checkOrphan(number, inode);
      content.begin(number, inode);
      for (ExtentPage page = pages.take(next); page != null; page = pages.take(next)) {
        content.page(page);
        pace.step(Phase.METADATA, tally.inodes(), expected);
      }
      content.end();
      pace.step(Phase.METADATA, tally.inodes(), expected);
    }
    return tally;
  }

  private long next() {
    long next = Math.min(inodes.owner(), entries.owner());
    next = Math.min(next, Math.min(links.owner(), xattrs.owner()));
    return Math.min(next, Math.min(pages.owner(), orphans.owner()));
  }

  private void count(Inode inode) throws IOException {
    tally.allocatedBytes += inode.allocatedBytes();
    if (!hasType(inode)) {
      tally.files++;
      found(Kind.ATTRIBUTES, inode, "has a mode without a type");
      return;
    }
    tally.files += inode.isDirectory() ? 0 : 1;
    tally.directories += inode.isDirectory() ? 1 : 0;
    tally.root |= inode.number().equals(InodeNumber.ROOT) && inode.isDirectory();
    if (inode.sizeBytes() < 0 || inode.allocatedBytes() < 0 || inode.nlink() < 0) {
      found(Kind.ATTRIBUTES, inode, "has a size or a count below 0");
    }
  }

  static boolean hasType(Inode inode) {
    return FileType.isIn(inode.mode());
  }

  private static boolean isDirectory(@Nullable Inode inode) {
    return inode != null && hasType(inode) && inode.isDirectory();
  }

  private void checkEntries(InodeNumber number, @Nullable Inode inode) throws IOException {
    int subdirectories = 0;
    boolean told = isDirectory(inode);
    for (Dentry entry = entries.take(number.value());
        entry != null;
        entry = entries.take(number.value())) {
      tally.names++;
      tally.highestInode = Math.max(tally.highestInode, entry.inode().value());
      if (!told) {
        told = true;
        sink.found(
            Finding.ofInode(
                Kind.NAME_WITHOUT_DIRECTORY,
                number,
                number + " has names in it and is no directory"));
      }
      FileName name = entry.name();
      if (name.isDot() || name.isDotDot() || name.length() > FileName.MAX_BYTES) {
        sink.found(
            Finding.ofEntry(Kind.NAME_MALFORMED, entry, "a name in " + number + " cannot be one"));
      } else if (cookies.cookie(name) != entry.cookie()) {
        sink.found(
            Finding.ofEntry(Kind.NAME_PLACE, entry, "a name in " + number + " is not in its place")
                .withRight(
                    new Dentry(
                        entry.parent(), cookies.cookie(name), name, entry.inode(), entry.type())));
      }
      subdirectories += entry.type() == FileType.DIRECTORY ? 1 : 0;
      pace.step(Phase.METADATA, tally.inodes(), expected);
    }
    int links = 2 + subdirectories;
    if (inode != null && isDirectory(inode) && inode.nlink() != links) {
      sink.found(
          of(
                  Kind.LINK_COUNT,
                  inode,
                  "says " + inode.nlink() + " links, with its subdirectories it has " + links)
              .withRight(inode.toBuilder().nlink(links).build()));
    }
  }

  private void checkLink(InodeNumber number, @Nullable Inode inode) throws IOException {
    Symlink link = links.take(number.value());
    boolean expectsOne = inode != null && hasType(inode) && inode.isSymlink();
    if (link != null && !expectsOne) {
      ownerless(number, "the target of a link");
    } else if (link == null && expectsOne) {
      found(Kind.LINK_TARGET, inode, "is a symbolic link and has no target");
    } else if (link != null && inode != null && inode.sizeBytes() != link.target().length) {
      int length = link.target().length;
      sink.found(
          of(
                  Kind.ATTRIBUTES,
                  inode,
                  "says a size of " + inode.sizeBytes() + ", its target has " + length)
              .withRight(inode.toBuilder().sizeBytes(length).build()));
    }
  }

  private void checkXattrs(InodeNumber number, @Nullable Inode inode) throws IOException {
    boolean told = inode != null;
    while (xattrs.take(number.value()) != null) {
      if (!told) {
        told = true;
        ownerless(number, "extended attributes");
      }
    }
  }

  private void checkOrphan(InodeNumber number, @Nullable Inode inode) throws IOException {
    boolean noted = orphans.take(number.value()) != null;
    boolean nameless = inode != null && !isDirectory(inode) && inode.nlink() == 0;
    if (noted && !nameless) {
      sink.found(
          Finding.ofInode(
              Kind.ORPHAN_NOTED,
              number,
              number + " is noted as a file without a name, and is none"));
    } else if (!noted && nameless && inode != null) {
      sink.found(
          of(Kind.ORPHAN_UNNOTED, inode, "has no name and is not noted for that")
              .withRight(new Orphan(number)));
    }
  }

  private void ownerless(InodeNumber number, String what) throws IOException {
    sink.found(
        Finding.ofInode(
            Kind.OWNERLESS, number, "there are " + what + " of " + number + ", which has none"));
  }

  private void found(Kind kind, @Nullable Inode inode, String what) throws IOException {
    if (inode != null) {
      sink.found(of(kind, inode, what));
    }
  }

  private static Finding of(Kind kind, Inode inode, String what) {
    return Finding.ofInode(kind, inode.number(), inode.number() + " " + what);
  }

  @Override
  public void close() throws IOException {
    try (inodes;
        entries;
        links;
        xattrs;
        pages;
        orphans) {
      return; // all of them, also when one fails
    }
  }
}
