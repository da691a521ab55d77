package org.dedupfs.mounted;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The scripts beside this class, run as programs of their own. */
final class Scripts {
  private static final long PATIENCE_MINUTES = 20;

  /** What a script said, and how it ended. */
  record Outcome(int exitCode, String output) {
    Outcome succeeds() {
      assertThat(exitCode).as(output).isZero();
      return this;
    }
  }

  private Scripts() {}

  static Path path(String name) {
    try {
      return Path.of(Scripts.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts a script, by what its name ends in; both outputs go to {@code output}. */
  static Process start(Path output, Map<String, String> environment, Path script, Object... words)
      throws IOException {
    boolean python = script.toString().endsWith(".py");
    List<String> line = new ArrayList<>();
    line.addAll(python ? List.of("python3", "-B") : List.of("sh"));
    line.add(script.toString());
    for (Object word : words) {
      line.add(word.toString());
    }
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.directory(output.toAbsolutePath().getParent().toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Runs a script to its end. */
  static Outcome run(Path output, Map<String, String> environment, String name, Object... words)
      throws IOException, InterruptedException {
    Process process = start(output, environment, path(name), words);
    try {
      boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
      String said = Files.readString(output, StandardCharsets.ISO_8859_1);
      assertThat(ended).as(name + " does not end: " + said).isTrue();
      return new Outcome(process.exitValue(), said);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
