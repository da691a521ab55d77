package org.dedupfs.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The processes that a benchmark starts beside itself without the launcher. */
final class LauncherEnvironmentTest {
  @Test
  void they_are_as_the_launcher_starts_them() throws IOException {
    String launcher = Files.readString(Path.of("../tools/start.sh"));
    List<String> options =
        LauncherEnvironment.java().stream().filter(word -> word.startsWith("-X")).toList();
    assertThat(launcher.split("[\\s\"]+"))
        .containsAll(options)
        .filteredOn(word -> word.matches("-X(mx|X:).*"))
        .filteredOn(word -> !word.equals("-XX:+ExitOnOutOfMemoryError")) // of mounts alone
        .isSubsetOf(options);
    LauncherEnvironment.VARIABLES.forEach(
        (name, value) -> assertThat(launcher).containsPattern(name + ":?=" + value + "\\b"));
  }

  @Test
  void another_jvm_finds_native_libraries_where_this_one_does() {
    for (String key :
        List.of("java.library.path", "org.sqlite.lib.path", "jffi.boot.library.path")) {
      String before = System.getProperty(key);
      System.setProperty(key, "/some where/" + key);
      try {
        assertThat(LauncherEnvironment.java()).contains("-D" + key + "=/some where/" + key);
      } finally {
        if (before == null) {
          System.clearProperty(key);
        } else {
          System.setProperty(key, before);
        }
      }
    }
  }
}
