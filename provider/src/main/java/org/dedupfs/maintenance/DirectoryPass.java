package org.dedupfs.maintenance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.dedupfs.MaintenanceListener.Phase;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.blocks.LiveSet;
import org.dedupfs.blocks.PagedLiveSet;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.MetadataSnapshot;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Table;
import org.jspecify.annotations.Nullable;

/**
 * Finds directories that lie in each other. Each is followed upwards to one that was seen before;
 * those whose parent does not exist are told elsewhere. One bit is held for each inode.
 */
final class DirectoryPass {
  private final MetadataSnapshot metadata;
  private final FindingSink sink;
  private final Pace pace;
  private final LiveSet seen = new PagedLiveSet();

  DirectoryPass(MetadataSnapshot metadata, FindingSink sink, Pace pace) {
    this.metadata = metadata;
    this.sink = sink;
    this.pace = pace;
  }

  void run() throws IOException {
    seen.add(InodeNumber.ROOT.value());
    try (MetadataSnapshot.Rows<Inode> rows =
        metadata.rows(RowKey.first(Table.INODE), RowKey.end(Table.INODE), (table, what) -> {})) {
      long count = 0;
      for (Inode row = rows.next(); row != null; row = rows.next()) {
        pace.step(Phase.NAMES, ++count, 0);
        if (InodePass.hasType(row) && row.isDirectory()) {
          follow(row);
        }
      }
    }
  }

  private void follow(Inode directory) throws IOException {
    List<InodeNumber> way = new ArrayList<>();
    Set<InodeNumber> onTheWay = new HashSet<>();
    Inode at = directory;
    while (at != null && at.number().value() > 0 && !seen.contains(at.number().value())) {
      if (!onTheWay.add(at.number())) {
        sink.found(
            Finding.ofInode(
                Kind.DIRECTORY_UNREACHABLE,
                at.number(),
                at.number() + " is a directory that lies in itself"));
        break;
      }
      way.add(at.number());
      at = row(at.parent());
    }
    way.forEach(number -> seen.add(number.value()));
  }

  private @Nullable Inode row(InodeNumber number) throws IOException {
    try {
      return metadata.get(RowKey.inode(number));
    } catch (MetadataDamagedException e) {
      return null; // told when all rows were read
    }
  }
}
