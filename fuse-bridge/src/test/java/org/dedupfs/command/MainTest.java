package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

final class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    Output output = new Output(out, StandardCharsets.UTF_8);
    int exitCode = Main.run(output, new PrintWriter(err, true), arguments);
    output.flush();
    return exitCode;
  }

  @Test
  void version_is_one_line_by_option_and_by_verb() {
    assertThat(run("--version")).isZero();
    assertThat(run("version")).isZero();
    assertThat(text().lines()).hasSize(2).allMatch(line -> line.startsWith("dedupfs "));
    assertThat(text().lines().distinct()).hasSize(1);
  }

  @Test
  void help_names_each_exit_code() {
    assertThat(run("--help")).isZero();
    for (ExitCode code : ExitCode.values()) {
      assertThat(text()).containsPattern("(?m)^\\s+" + code.number() + "\\s");
    }
  }

  @Test
  void no_verb_and_an_unknown_verb_are_usage_errors() {
    assertThat(run()).isEqualTo(ExitCode.USAGE.number());
    assertThat(run("no-such-verb")).isEqualTo(ExitCode.USAGE.number());
    assertThat(text()).isEmpty();
    assertThat(err.toString()).contains("no-such-verb");
  }

  @Test
  void a_failure_has_the_exit_code_it_names() {
    assertThat(FailureReport.exitCodeOf(new CommandException(ExitCode.IN_USE, "held by 7")))
        .isEqualTo(ExitCode.IN_USE);
    assertThat(FailureReport.exitCodeOf(new InterruptedException()))
        .isEqualTo(ExitCode.INTERRUPTED);
    assertThat(FailureReport.exitCodeOf(new NoSuchFileException("x"))).isEqualTo(ExitCode.FAILED);
  }

  private String text() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
