package org.dedupfs.benchmarks;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** All workloads, in the order in which they run: those through the mount last, growth apart. */
final class Catalogue {
  /** What others tell nearly as well, and what takes long where fsync is slow. */
  private static final Set<String> NOT_QUICK =
      Set.of(
          "page-append-fixed",
          "write-beside-sweeps",
          "mount-write-compressible",
          "mount-files-stat",
          "mount-files-list",
          "mount-files-delete",
          "mount-files-copy");

  private Catalogue() {}

  static List<Workload> all() {
    List<Workload> all = new ArrayList<>();
    all.addAll(StreamWorkloads.all());
    all.addAll(PageWorkloads.all());
    all.addAll(TreeWorkloads.all());
    all.addAll(CareWorkloads.all());
    all.addAll(MountWorkloads.all());
    return all;
  }

  /** Those that tell how cost grows with a store; they run only if they are asked for. */
  static List<Workload> growth() {
    return ScaleWorkloads.all();
  }

  private static List<Workload> everything() {
    return Stream.concat(all().stream(), growth().stream()).toList();
  }

  /**
   * Those that are asked for.
   *
   * @param names each a name or the beginning of some; none for all
   * @param quick whether some are left out if no names are given
   * @throws IllegalArgumentException if one fits nothing, with all names
   */
  static List<Workload> chosen(List<String> names, boolean quick) {
    List<Workload> all = names.isEmpty() ? all() : everything();
    for (String name : names) {
      if (all.stream().noneMatch(each -> each.name().startsWith(name))) {
        throw new IllegalArgumentException(
            "there is no workload "
                + name
                + "; there are "
                + String.join(", ", all.stream().map(Workload::name).toList()));
      }
    }
    return all.stream()
        .filter(
            each ->
                names.isEmpty()
                    ? !quick || !NOT_QUICK.contains(each.name())
                    : names.stream().anyMatch(each.name()::startsWith))
        .toList();
  }

  /** The names, for a shell to offer; made by picocli. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return everything().stream().map(Workload::name).iterator();
    }
  }
}
