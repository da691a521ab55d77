package org.dedupfs.maintenance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.StoreFinding;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * Gives findings the names of the files that they are about, many at a time, because that means
 * going through all names; and passes them on. To be flushed at the end.
 */
final class NamedFindings implements FindingSink {
  private static final int AT_ONCE = 4_096;

  private final MetadataSnapshot metadata;
  private final PathNames names;
  private final MaintenanceListener listener;
  private final List<Waiting> waiting = new ArrayList<>();
  private long count;

  /**
   * @param repaired what was done about it; null when nothing was
   */
  private record Waiting(Finding finding, @Nullable String repaired) {}

  NamedFindings(MetadataSnapshot metadata, MaintenanceListener listener) {
    this.metadata = metadata;
    this.names = new PathNames(metadata);
    this.listener = listener;
  }

  MetadataSnapshot metadata() {
    return metadata;
  }

  /** How many there have been. */
  long count() {
    return count;
  }

  @Override
  public void found(Finding finding) throws IOException {
    add(new Waiting(finding, null));
  }

  /** Something was done about it; it still has the names of before. */
  void repaired(Finding finding, String text) throws IOException {
    add(new Waiting(finding, text));
  }

  private void add(Waiting next) throws IOException {
    count++;
    waiting.add(next);
    if (waiting.size() == AT_ONCE) {
      flush();
    }
  }

  void flush() throws IOException {
    Set<InodeNumber> inodes = new HashSet<>();
    for (Waiting each : waiting) {
      Finding finding = each.finding;
      if (finding.entry() == null && !finding.inode().equals(Finding.NONE)) {
        inodes.add(finding.inode());
      }
    }
    Map<InodeNumber, List<String>> paths = names.of(inodes);
    for (Waiting each : waiting) {
      StoreFinding named = named(each.finding, paths);
      if (each.repaired == null) {
        listener.found(named);
      } else {
        listener.repaired(named, each.repaired);
      }
    }
    waiting.clear();
  }

  private StoreFinding named(Finding finding, Map<InodeNumber, List<String>> paths)
      throws IOException {
    Dentry entry = finding.entry();
    String path = entry == null ? null : names.of(entry);
    Finding.Range range = finding.range();
    return new StoreFinding(
        finding.kind(),
        path == null ? paths.getOrDefault(finding.inode(), List.of()) : List.of(path),
        finding.inode().value(),
        range == null ? 0 : range.offsetBytes(),
        range == null ? 0 : range.lengthBytes(),
        finding.block(),
        finding.text());
  }
}
