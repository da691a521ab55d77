package org.dedupfs.benchmarks;

import java.util.List;

/** For tests elsewhere. */
public final class WorkloadNames {
  private WorkloadNames() {}

  public static List<String> all() {
    return Catalogue.all().stream().map(Workload::name).toList();
  }

  public static List<String> growth() {
    return Catalogue.growth().stream().map(Workload::name).toList();
  }
}
