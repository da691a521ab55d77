package org.dedupfs.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Questions on a terminal, and what ends them. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class QuestionIT {
  private static final int CTRL_C = 3;
  private static final int CTRL_D = 4;

  @TempDir Path directory;
  private Path store;

  @BeforeEach
  void makeStore() throws IOException {
    store = directory.resolve("store");
    try (DedupFileSystem files = DedupFileSystems.create(store, DedupOptions.builder().build())) {
      Files.createDirectory(files.getPath("/d"));
      Files.writeString(files.getPath("/d/file"), "text");
    }
  }

  /** Removes a directory on a terminal of its own, answering {@code bytes}; its exit code. */
  private int remove(byte... bytes) throws Exception {
    List<String> line = new ArrayList<>(CommandIT.java());
    line.addAll(List.of("rm", "-r", store.toString(), "/d"));
    String quoted =
        line.stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    Process process =
        new ProcessBuilder("script", "-qec", "exec " + quoted, "/dev/null")
            .redirectErrorStream(true)
            .start();
    try (OutputStream keys = process.getOutputStream()) {
      awaitQuestion(process.getInputStream());
      keys.write(bytes);
      keys.flush();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static void awaitQuestion(InputStream output) throws IOException {
    StringBuilder seen = new StringBuilder();
    while (!seen.toString().contains("[y/N]")) {
      byte[] some = new byte[1 << 10];
      int count = output.read(some);
      if (count < 0) {
        throw new AssertionError("it ended without a question: " + seen);
      }
      seen.append(new String(some, 0, count, UTF_8));
    }
  }

  private boolean isThere() throws IOException {
    try (DedupFileSystem files = DedupFileSystems.open(store, DedupOptions.builder().build())) {
      return Files.exists(files.getPath("/d/file"));
    }
  }

  @Test
  void ctrl_c_ends_a_question_at_once() throws Exception {
    assertThat(remove((byte) CTRL_C)).isEqualTo(ExitCode.INTERRUPTED.number());
    assertThat(isThere()).isTrue();
  }

  @Test
  void the_end_of_the_input_is_a_no() throws Exception {
    assertThat(remove((byte) CTRL_D)).isEqualTo(ExitCode.FAILED.number());
    assertThat(isThere()).isTrue();
  }

  @Test
  void a_yes_is_one() throws Exception {
    assertThat(remove((byte) 'y', (byte) '\n')).isEqualTo(ExitCode.DONE.number());
    assertThat(isThere()).isFalse();
  }
}
