package org.dedupfs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostPathTest {
  @TempDir Path directory;

  private static byte[] bytes(String latin) {
    return latin.getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "/",
        "/a/b",
        "a/b",
        "../\u00ff",
        "/\u00fe/\u00ff",
        "\u00c3\u00a4",
        "\u00e4/..",
        "/\u00ff\u0001%20 %",
        ".",
        "",
        "\u00ff\\\"?#:"
      })
  void bytes_stay_as_they_are(String latin) {
    Path path = HostPath.of(bytes(latin));
    assertThat(HostPath.toBytes(path)).isEqualTo(bytes(latin));
    assertThat(path.isAbsolute()).isEqualTo(latin.startsWith("/"));
  }

  @Test
  void each_byte_is_a_name_that_the_host_keeps() throws IOException {
    for (int b = 1; b < 256; b++) {
      if (b != '/') {
        Path file = directory.resolve(HostPath.of(new byte[] {'x', (byte) b}));
        Files.createDirectory(file);
        assertThat(HostPath.toBytes(file.getFileName())).containsExactly('x', b);
        // A directory's URI has a slash more.
        assertThat(HostPath.of(HostPath.toBytes(file))).isEqualTo(file);
      }
    }
    try (var found = Files.list(directory)) {
      assertThat(found.map(each -> HostPath.toBytes(each.getFileName())[1] & 0xFF))
          .doesNotHaveDuplicates()
          .hasSize(254);
    }
  }

  @Test
  void slashes_at_the_start_are_one() {
    assertThat(HostPath.of(bytes("//\u00ff"))).isEqualTo(HostPath.of(bytes("/\u00ff")));
  }

  @Test
  void a_nul_is_refused() {
    assertThatThrownBy(() -> HostPath.of(new byte[] {'a', 0}))
        .isInstanceOf(InvalidPathException.class);
    assertThatThrownBy(() -> HostPath.of(new byte[] {-1, 0}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
