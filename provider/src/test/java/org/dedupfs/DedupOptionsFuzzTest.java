package org.dedupfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Any map as the options of a store: refused by name, or a value that comes back. */
class DedupOptionsFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void any_map_is_refused_by_name_or_comes_back(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    Map<String, Object> env = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals >= 0) {
        env.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    takes(env);
    for (String key : DedupOptions.allowedValues().keySet()) {
      takes(Map.of(key, text));
    }
    takes(Map.of(text, "true"));
  }

  private static void takes(Map<String, Object> env) {
    DedupOptions options;
    try {
      options = DedupOptions.fromEnv(env);
    } catch (IllegalArgumentException e) {
      assertThat(String.valueOf(e.getMessage())).contains("option");
      return;
    }
    DedupOptions again = DedupOptions.fromEnv(options.toEnv());
    assertThat(again.toEnv()).isEqualTo(options.toEnv());
    options.memoryBytes().ifPresent(bytes -> assertThat(bytes).isGreaterThanOrEqualTo(64L << 20));
    options.threads().ifPresent(threads -> assertThat(threads).isBetween(1, 1024));
    options.umask().ifPresent(umask -> assertThat(umask).isBetween(0, 0777));
  }
}
