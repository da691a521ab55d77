package org.dedupfs.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A file larger than memory, in a JVM of its own with the flags of the {@code dedupfs} command. The
 * long form takes 20 GiB and needs half of that on the disk; {@code -Dlarge.mib=} and {@code
 * -Dlarge.dir=} choose others.
 */
class LargeFileIT {
  private static final boolean LONG = Boolean.getBoolean("dedupfs.long");

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(strings = {"fixed:128k", "cdc:64k"})
  void a_large_file_is_read_back_right_within_bounded_memory(String chunking)
      throws IOException, InterruptedException {
    String mib = System.getProperty("large.mib", LONG ? "20480" : "256");
    String place = System.getProperty("large.dir", temporary.toString());
    Path log = temporary.resolve("log");
    List<String> command = LauncherEnvironment.java();
    command.addAll(
        List.of(LargeFile.class.getName(), place, chunking, mib, LONG ? "10000" : "1000"));
    ProcessBuilder child = new ProcessBuilder(command).redirectErrorStream(true);
    child.environment().putAll(LauncherEnvironment.VARIABLES);
    Process process = child.redirectOutput(log.toFile()).start();
    try {
      assertThat(process.waitFor()).as(() -> text(log)).isZero();
      System.out.print(text(log));
    } finally {
      process.destroyForcibly();
    }
  }

  private static String text(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
