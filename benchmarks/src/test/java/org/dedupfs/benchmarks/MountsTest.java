package org.dedupfs.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The processes that a benchmark starts beside itself. */
final class MountsTest {
  @Test
  void another_jvm_finds_native_libraries_where_this_one_does() {
    for (String key :
        List.of("java.library.path", "org.sqlite.lib.path", "jffi.boot.library.path")) {
      String before = System.getProperty(key);
      System.setProperty(key, "/some where/" + key);
      try {
        assertThat(Mounts.java()).contains("-D" + key + "=/some where/" + key);
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
