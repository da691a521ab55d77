package org.dedupfs.bridge.jnr;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class NativesTest {
  @Test
  void a_missing_library_is_told_with_the_command_that_brings_it() {
    assertThatThrownBy(() -> Natives.load("libmissing.so.2"))
        .isInstanceOf(MountException.class)
        .hasMessageContaining("apt-get install libfuse2 fuse3")
        .hasMessageContaining("libfuse2t64");
  }
}
