package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectIoTest {
  @TempDir Path directory;

  @Test
  void tells_what_dd_finds_too() throws Exception {
    assertThat(DirectIo.works(directory)).isEqualTo(ddWritesDirectly(directory.resolve("dd")));
    assertThat(directory.resolve("direct-io-probe.tmp")).doesNotExist();
  }

  @Test
  void does_not_work_where_there_is_no_directory() {
    assertThat(DirectIo.works(directory.resolve("missing"))).isFalse();
  }

  private static boolean ddWritesDirectly(Path file) throws Exception {
    Process dd =
        new ProcessBuilder("dd", "if=/dev/zero", "of=" + file, "bs=64K", "count=1", "oflag=direct")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return dd.waitFor() == 0;
  }
}
