package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The service of systemd, as systemd itself reads it. */
final class ServiceUnitTest extends CommandFixture {
  private static final Path UNIT = Path.of("src/main/systemd/dedupfs@.service");
  private static final String PROGRAM = "/usr/local/bin/dedupfs";

  @Test
  void systemd_finds_no_fault_in_it() throws Exception {
    assertThat(isOnPath("systemd-analyze"))
        .as("systemd-analyze is needed: apt-get install systemd")
        .isTrue();
    String text = Files.readString(UNIT);
    assertThat(text)
        .contains("ExecStart=" + PROGRAM + " mount ", "ExecStop=" + PROGRAM + " umount ");
    // It wants the program to be there.
    Path program = Path.of("../dedupfs").toRealPath();
    Path unit = directory.resolve("dedupfs@.service");
    assertThat(verified(unit, text.replace(PROGRAM, program.toString()))).isEmpty();
    assertThat(verified(unit, text.replace(PROGRAM, "/no/such/program"))).contains("/no/such");
    assertThat(verified(unit, text.replace("KillMode=mixed", "KillMode=mixd"))).contains("mixd");
  }

  private static String verified(Path unit, String text) throws IOException, InterruptedException {
    Files.writeString(unit, text);
    Process process =
        new ProcessBuilder("systemd-analyze", "verify", "--man=no", unit.toString())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exitCode = process.waitFor();
    return exitCode == 0 ? said : said + "exit code " + exitCode;
  }

  private static boolean isOnPath(String program) {
    for (String each : System.getenv("PATH").split(":", -1)) {
      if (Files.isExecutable(Path.of(each, program))) {
        return true;
      }
    }
    return false;
  }
}
