package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class RawArgumentsTest {
  private static byte[] line(String latin) {
    return latin.replace('|', '\0').getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void what_java_lost_comes_from_the_command_line_of_the_kernel() {
    byte[] line = line("java|-jar|x.jar|ls||/\u00c3\u00a4\u00ff|");
    assertThat(RawArguments.of(line, "ls", "", "/\uFFFD\uFFFD\uFFFD"))
        .containsExactly("ls", "", "/\u00e4\uDCFF");
  }

  @Test
  void a_command_line_of_something_else_is_not_believed() {
    String[] decoded = {"ls", "/\uFFFD"};
    assertThat(RawArguments.of(line("java|cp|/\u00ff|"), decoded)).isEqualTo(decoded);
    assertThat(RawArguments.of(line("ls|"), decoded)).isEqualTo(decoded);
  }

  @Test
  void ascii_needs_no_kernel() {
    String[] decoded = {"ls", "/srv"};
    assertThat(RawArguments.of(decoded)).isSameAs(decoded);
  }
}
