package org.dedupfs.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the launcher gives each process, for those that are measured without it. */
public final class LauncherEnvironment {
  public static final Map<String, String> VARIABLES =
      Map.of("MALLOC_ARENA_MAX", "1", "LC_ALL", "C.UTF-8");

  private static final List<String> JVM_OPTIONS =
      List.of(
          "-Xmx192m",
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:TrimNativeHeapInterval=10000");

  private static final List<String> NEW_JVM_OPTIONS =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

  private static final int FIRST_WITH_NEW_OPTIONS = 24;

  /** Where native libraries are; in a distribution they are not in the jars. */
  private static final List<String> LIBRARY_PATHS =
      List.of("java.library.path", "org.sqlite.lib.path", "jffi.boot.library.path");

  private LauncherEnvironment() {}

  /** A line that starts this process's Java with its classes; the caller adds the main class. */
  public static List<String> java() {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(JVM_OPTIONS);
    if (Runtime.version().feature() >= FIRST_WITH_NEW_OPTIONS) {
      line.addAll(NEW_JVM_OPTIONS);
    }
    for (String key : LIBRARY_PATHS) {
      String value = System.getProperty(key);
      if (value != null) {
        line.add("-D" + key + "=" + value);
      }
    }
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    return line;
  }
}
