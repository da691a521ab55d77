package org.dedupfs.benchmarks;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** All workloads, in the order in which they run: those through the mount last. */
final class Catalogue {
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

  /**
   * Those that are asked for.
   *
   * @param names each a name or the beginning of some; none for all
   * @throws IllegalArgumentException if one fits nothing, with all names
   */
  static List<Workload> chosen(List<String> names) {
    List<Workload> all = all();
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
        .filter(each -> names.isEmpty() || names.stream().anyMatch(each.name()::startsWith))
        .toList();
  }

  /** The names, for a shell to offer; made by picocli. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return all().stream().map(Workload::name).iterator();
    }
  }
}
