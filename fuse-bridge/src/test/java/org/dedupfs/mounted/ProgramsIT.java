package org.dedupfs.mounted;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dedupfs.fixtures.Seeds;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Programs that people use, each in a directory of one mounted store; {@code programs/NAME} gets an
 * empty directory there and one elsewhere, and ends with 0 if the program met what it expects.
 */
final class ProgramsIT {
  @TempDir static Path directory;
  private static MountedStore mounted;
  private static Map<String, String> environment;

  @BeforeAll
  static void mount() throws Exception {
    mounted = MountedStore.mount(directory.resolve("store"), directory.resolve("mnt"));
    // fio and stress-ng take 31 bits.
    String seed = Long.toString(Seeds.next("ProgramsIT") & Integer.MAX_VALUE);
    environment =
        Map.of(
            "SEED", seed,
            "LONG", System.getProperty("dedupfs.long", "false"),
            "PROJECT", Path.of("..").toRealPath().toString());
  }

  @AfterAll
  static void unmount() throws Exception {
    try (MountedStore ending = mounted) {
      ending.end();
    }
  }

  private static Stream<String> scripts() {
    Stream<String> always =
        Stream.of(
            "git.sh",
            "sqlite.py",
            "tar.sh",
            "rsync.sh",
            "links.sh",
            "compile.sh",
            "logrotate.sh",
            "vim.sh",
            "mbox.py",
            "fio.sh",
            "stress.sh",
            "dbench.sh");
    Stream<String> inTheLongForm = Stream.of("maven.sh", "postgres.sh");
    return Boolean.getBoolean("dedupfs.long") ? Stream.concat(always, inTheLongForm) : always;
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void works(String script) throws Exception {
    run("programs/" + script);
  }

  private static void run(String script) throws IOException, InterruptedException {
    String name = Path.of(script).getFileName().toString();
    Path below = Files.createDirectory(mounted.root().resolve(name));
    Path elsewhere = Files.createDirectory(directory.resolve(name));
    Scripts.run(directory.resolve(name + ".out"), environment, script, below, elsewhere).succeeds();
    assertThat(new ProcessBuilder(List.of("rm", "-r", below.toString())).start().waitFor())
        .as("what " + name + " left can be removed")
        .isZero();
  }
}
