package org.dedupfs.content.chunking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkingSchemeTest {

  @ParameterizedTest
  @CsvSource({
    "cdc:64k, cdc:64k, 16384, 65536, 262144",
    "cdc:65536, cdc:64k, 16384, 65536, 262144",
    "cdc:4K, cdc:4k, 1024, 4096, 16384",
    "cdc:1m, cdc:1m, 262144, 1048576, 4194304",
    "fixed:128k, fixed:128k, 131072, 131072, 131072",
    "fixed:4096, fixed:4k, 4096, 4096, 4096",
    "fixed:4m, fixed:4m, 4194304, 4194304, 4194304"
  })
  void reads_what_it_writes(String text, String canonical, int min, int average, int max) {
    ChunkingScheme scheme = ChunkingScheme.parse(text);
    assertThat(scheme).hasToString(canonical).isEqualTo(ChunkingScheme.parse(canonical));
    assertThat(scheme.minBytes()).isEqualTo(min);
    assertThat(scheme.averageBytes()).isEqualTo(average);
    assertThat(scheme.maxBytes()).isEqualTo(max);
    assertThat(scheme.chunker().maxBytes()).isEqualTo(max);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "64k",
        "cdc",
        "cdc:",
        "cdc:2k",
        "cdc:2m",
        "cdc:48k",
        "cdc:0",
        "cdc:-4k",
        "cdc:64kb",
        "fixed:8m",
        "fixed:2048",
        "fixed:999999999m",
        "rabin:64k",
        "CDC:64k",
        " cdc:64k"
      })
  void refuses_what_is_not_allowed_and_says_what_is(String text) {
    assertThatThrownBy(() -> ChunkingScheme.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed are cdc:SIZE with 4k to 1m and fixed:SIZE with 4k to 4m");
  }

  @Test
  void default_is_content_defined_64k() {
    assertThat(ChunkingScheme.DEFAULT).hasToString("cdc:64k");
  }
}
