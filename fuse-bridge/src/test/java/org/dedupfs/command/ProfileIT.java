package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;

/** {@code --profile}, in processes of their own: there is one flight recorder in each. */
final class ProfileIT extends CommandFixture {
  private static final long PATIENCE_MINUTES = 5;

  private static void assertIsRecording(Path file) throws IOException {
    assertThat(RecordingFile.readAllEvents(file)).as(file.toString()).hasSizeGreaterThan(20);
  }

  @Test
  void a_run_is_recorded_where_the_user_says_or_beside_him() throws Exception {
    Path store = newStore();
    Path file = directory.resolve("run.jfr");
    Path tree = oddTree();
    Outcome named = runApart(CommandIT.java(), "import", "--profile=" + file, store, tree);
    assertThat(named.ends(ExitCode.DONE).err()).contains("wrote the profile to " + file);
    assertIsRecording(file);
    // A recording may be replaced, and STORE is not taken for FILE.
    List<String> here = new ArrayList<>(List.of("env", "-C", directory.toString()));
    here.addAll(CommandIT.java());
    runApart(here, "ls", "--profile=run.jfr", store).ends(ExitCode.DONE);
    runApart(here, "ls", "--profile", store).ends(ExitCode.DONE);
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> found =
          files
              .filter(each -> each.getFileName().toString().matches("dedupfs-ls-\\d+\\.jfr"))
              .toList();
      assertThat(found).hasSize(1);
      assertIsRecording(found.get(0));
    }
  }

  @Test
  void a_run_that_fails_is_recorded_too() throws Exception {
    Path store = newStore();
    Path file = directory.resolve("run.jfr");
    Outcome outcome = runApart(CommandIT.java(), "ls", "--profile=" + file, store, "/no");
    assertThat(outcome.ends(ExitCode.FAILED).err()).contains("no such file", file.toString());
    assertIsRecording(file);
  }

  @Test
  void a_run_that_is_interrupted_is_recorded_too() throws Exception {
    Path store = newStore();
    Path tree = Files.createDirectory(directory.resolve("tree"));
    for (int i = 0; i < 3_000; i++) {
      write(tree.resolve("file " + i), 40_000, i);
    }
    Path file = directory.resolve("run.jfr");
    Path log = directory.resolve("log");
    Path output = directory.resolve("output");
    List<String> line = new ArrayList<>(CommandIT.java());
    line.addAll(
        List.of(
            "import", "--profile=" + file, "--log-file=" + log, store.toString(), tree.toString()));
    Process importing =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    while (importing.isAlive() && (!Files.exists(log) || Files.size(log) == 0)) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    new ProcessBuilder("kill", "-INT", Long.toString(importing.pid())).start().waitFor();
    assertThat(importing.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(importing.exitValue())
        .as(Files.readString(output))
        .isEqualTo(ExitCode.INTERRUPTED.number());
    assertThat(output).content().contains("interrupted", "wrote the profile to " + file);
    assertIsRecording(file);
  }

  @Test
  void what_is_no_recording_is_not_overwritten() throws Exception {
    Path store = newStore();
    Path precious = Files.writeString(directory.resolve("precious"), "precious");
    runApart(CommandIT.java(), "ls", "--profile=" + precious, store)
        .ends(ExitCode.FAILED)
        .saysInOneLine("precious", "no recording");
    assertThat(precious).hasContent("precious");
    runApart(CommandIT.java(), "ls", "--profile=" + directory.resolve("no/file"), store)
        .ends(ExitCode.FAILED)
        .saysInOneLine("no such file");
  }

  @Test
  void a_java_without_a_flight_recorder_says_so() throws Exception {
    Path store = newStore();
    List<String> java =
        CommandIT.java("--limit-modules", "java.base,java.sql,java.logging,jdk.unsupported");
    runApart(java, "ls", "--profile", store).ends(ExitCode.FAILED).saysInOneLine("jdk.jfr");
    runApart(java, "ls", store).ends(ExitCode.DONE);
  }
}
