package org.dedupfs.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a program did that had nothing but the environment that it was given. */
record Outcome(int exitCode, String out, String err) {
  static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** Waits for the end of {@code line}, whose words may be of any type. */
  static Outcome of(Map<String, String> environment, Object... line)
      throws IOException, InterruptedException {
    List<String> words = Stream.of(line).map(Object::toString).toList();
    Path out = Files.createTempFile("dedupfs-test", ".out");
    Path err = Files.createTempFile("dedupfs-test", ".err");
    try {
      ProcessBuilder builder = new ProcessBuilder(words);
      Map<String, String> variables = new TreeMap<>(Map.of("PATH", PATH));
      variables.putAll(environment);
      builder.environment().clear();
      builder.environment().putAll(variables);
      Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      process.getOutputStream().close();
      int exitCode = process.waitFor();
      return new Outcome(
          exitCode,
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  Outcome ends(int expected) {
    assertThat(exitCode).as(out + err).isEqualTo(expected);
    return this;
  }

  /** It succeeded and had nothing to say to whoever sits at the terminal. */
  Outcome endsQuietly() {
    ends(0);
    assertThat(err).isEmpty();
    return this;
  }
}
