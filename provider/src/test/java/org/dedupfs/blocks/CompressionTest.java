package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {

  @ParameterizedTest
  @CsvSource({
    "none, none",
    "lz4, lz4",
    "zstd, zstd:1",
    "zstd:-5, zstd:-5",
    "zstd:19, zstd:19",
    "deflate, deflate:6",
    "deflate:9, deflate:9"
  })
  void reads_what_it_writes(String text, String canonical) {
    assertThat(Compression.parse(text))
        .hasToString(canonical)
        .isEqualTo(Compression.parse(canonical));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "zip",
        "zstd:",
        "zstd:20",
        "zstd:-6",
        "zstd:x",
        "deflate:0",
        "deflate:10",
        "lz4:1",
        "none:0",
        "ZSTD:1",
        "zstd:99999999999"
      })
  void refuses_what_is_not_allowed_and_says_what_is(String text) {
    assertThatThrownBy(() -> Compression.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text)
        .hasMessageContaining("allowed are none, lz4, zstd:LEVEL with -5 to 19");
  }
}
