package org.dedupfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.dedupfs.DedupOptions.AccessTimes;
import org.dedupfs.DedupOptions.Durability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DedupOptionsTest {

  private static final DedupOptions ALL =
      DedupOptions.builder()
          .create(true)
          .readOnly(false)
          .chunking("fixed:128k")
          .hash("SHA-512")
          .compression("zstd:-5")
          .durability(Durability.CLOSE)
          .commitInterval(Duration.ofSeconds(1))
          .memoryBytes(1L << 30)
          .threads(3)
          .metadataDirectory(Path.of("/fast/metadata"))
          .blocksDirectory(Path.of("/slow/blocks"))
          .owner("root")
          .group("12")
          .umask(027)
          .accessTimes(AccessTimes.NOATIME)
          .verifyReads(false)
          .verifyWrites(true)
          .gcInterval(Duration.ofHours(2))
          .build();

  @Test
  void text_means_the_same_as_types() {
    Map<String, String> env = new HashMap<>();
    env.put("create", "true");
    env.put("readOnly", "false");
    env.put("chunking", "fixed:128k");
    env.put("hash", "SHA-512");
    env.put("compression", "zstd:-5");
    env.put("durability", "close");
    env.put("commitInterval", "1s");
    env.put("memory", "1GiB");
    env.put("threads", "3");
    env.put("metadataDirectory", "/fast/metadata");
    env.put("blocksDirectory", "/slow/blocks");
    env.put("owner", "root");
    env.put("group", "12");
    env.put("umask", "027");
    env.put("atime", "noatime");
    env.put("verifyReads", "false");
    env.put("verifyWrites", "true");
    env.put("gc", "2h");
    assertThat(DedupOptions.fromEnv(env)).isEqualTo(ALL).hasSameHashCodeAs(ALL);
    assertThat(env.keySet()).isEqualTo(ALL.toEnv().keySet());
  }

  @Test
  void both_directions_agree() {
    assertThat(DedupOptions.fromEnv(ALL.toEnv())).isEqualTo(ALL);
    assertThat(ALL.toBuilder().build()).isEqualTo(ALL);
    assertThat(DedupOptions.fromEnv(Map.of())).isEqualTo(DedupOptions.defaults());
    assertThat(DedupOptions.defaults().toEnv()).isEmpty();
    assertThat(DedupOptions.defaults().toBuilder().umask(1).build().umask()).contains(1);
    assertThat(DedupOptions.defaults().umask()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "64M, 67108864",
    "64m, 67108864",
    "64MiB, 67108864",
    "65536k, 67108864",
    "67108864, 67108864",
    "1G, 1073741824",
    "1T, 1099511627776",
  })
  void sizes_have_binary_suffixes(String text, long bytes) {
    assertThat(DedupOptions.fromEnv(Map.of("memory", text)).memoryBytes()).contains(bytes);
  }

  @ParameterizedTest
  @CsvSource({"10ms, PT0.01S", "5s, PT5S", "2m, PT2M", "1h, PT1H", "PT3S, PT3S"})
  void durations_have_units(String text, String iso) {
    assertThat(DedupOptions.fromEnv(Map.of("commitInterval", text)).commitInterval())
        .contains(Duration.parse(iso));
  }

  @ParameterizedTest
  @CsvSource({
    "create, yes, true or false",
    "readOnly, 1, true or false",
    "chunking, cdc, cdc:SIZE",
    "chunking, rabin:64k, cdc:SIZE",
    "chunking, cdc:1, cdc:SIZE",
    "chunking, cdc:99999999999999999999, cdc:SIZE",
    "hash, MD5, at least 256 bits",
    "hash, nonsense, at least 256 bits",
    "compression, zstd, zstd:-5",
    "compression, zstd:20, zstd:-5",
    "compression, gzip, zstd:-5",
    "durability, always, 'interval, close, none'",
    "commitInterval, 5, 10ms to 1h",
    "commitInterval, 2h, 10ms to 1h",
    "memory, 1M, at least 64M",
    "memory, lots, at least 64M",
    "memory, 999999999999999999T, at least 64M",
    "threads, 0, 1 to 1024",
    "threads, 1025, 1 to 1024",
    "umask, 8, octal",
    "umask, 1000, octal",
    "umask, -1, octal",
    "atime, sometimes, 'relatime, noatime, strict'",
    "owner, '', a user",
    "gc, 1s, 1m to 365d",
    "gc, never, 1m to 365d",
  })
  void a_bad_value_is_refused_with_key_value_and_what_is_allowed(
      String key, String value, String allowed) {
    assertThatThrownBy(() -> DedupOptions.fromEnv(Map.of(key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + key + "'")
        .hasMessageContaining("'" + value + "'")
        .hasMessageContaining(allowed);
  }

  @Test
  void a_value_of_another_type_is_refused() {
    for (String key : ALL.toEnv().keySet()) {
      assertThatThrownBy(() -> DedupOptions.fromEnv(Map.of(key, new StringBuilder("x"))))
          .as(key)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + key + "'");
      Map<String, Object> nothing = new HashMap<>();
      nothing.put(key, null);
      assertThatThrownBy(() -> DedupOptions.fromEnv(nothing))
          .as(key)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'null'");
    }
  }

  @Test
  void an_unknown_key_is_refused_with_those_that_are_known() {
    assertThatThrownBy(() -> DedupOptions.fromEnv(Map.of("readonly", "true")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'readonly'")
        .hasMessageContaining("readOnly")
        .hasMessageContaining("umask");
  }

  @Test
  void the_builder_checks_at_once() {
    assertThatThrownBy(() -> DedupOptions.builder().threads(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'threads'");
    assertThatThrownBy(() -> DedupOptions.builder().set("nonsense", 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
