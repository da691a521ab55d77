package org.dedupfs.benchmarks;

import java.util.Map;

/** What the launcher sets for each process, for those that are measured without it. */
public final class LauncherEnvironment {
  public static final Map<String, String> VARIABLES =
      Map.of("MALLOC_ARENA_MAX", "1", "LC_ALL", "C.UTF-8");

  private LauncherEnvironment() {}
}
