package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ColourTest {
  @Test
  void a_terminal_gets_colours_and_nothing_else_does() {
    assertThat(Colour.wanted(true, null, null, "xterm")).isTrue();
    assertThat(Colour.wanted(false, null, null, "xterm")).isFalse();
    assertThat(Colour.wanted(true, null, null, null)).isFalse();
    assertThat(Colour.wanted(true, null, null, "dumb")).isFalse();
  }

  @Test
  void the_environment_has_a_say() {
    assertThat(Colour.wanted(true, "1", "1", "xterm")).isFalse();
    assertThat(Colour.wanted(true, "", null, "xterm")).isTrue();
    assertThat(Colour.wanted(false, null, "1", null)).isTrue();
    assertThat(Colour.wanted(false, null, "0", "xterm")).isFalse();
  }
}
