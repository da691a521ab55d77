package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.dedupfs.benchmarks.LauncherEnvironment;
import org.dedupfs.benchmarks.WorkloadNames;
import org.dedupfs.benchmarks.report.JsonValue;
import org.dedupfs.benchmarks.report.RunReportTest;
import org.dedupfs.host.MountTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs, in a process of their own as users have them, and Ctrl-C in the middle of some. */
class BenchmarkIT {
  private static final long PATIENCE_SECONDS = 600;
  private static final long PAUSE_MILLIS = 20;

  @TempDir Path temporary;
  private Path directory;
  private Path work;
  private Path log;

  @BeforeEach
  void prepare() throws IOException {
    directory = temporary.toRealPath();
    work = Files.createDirectory(directory.resolve("work"));
    log = directory.resolve("log");
  }

  @AfterEach
  void nothing_is_left() throws IOException {
    assertThat(MountTable.read().below(directory)).isEmpty();
    assertThat(work).isEmptyDirectory();
  }

  private Process start(String... arguments) throws IOException {
    List<String> line = LauncherEnvironment.java();
    line.addAll(List.of(Main.class.getName(), "benchmark", "--store", work.toString()));
    line.addAll(List.of("--output", directory.resolve("results").toString()));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().putAll(LauncherEnvironment.VARIABLES);
    return builder.redirectOutput(log.toFile()).start();
  }

  private void endsWith(ExitCode expected, Process process) throws Exception {
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.destroy(); // ends in order, mounts included
      ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    assertThat(ended).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(expected.number());
  }

  @Test
  void every_workload_is_measured_beside_a_baseline() throws Exception {
    endsWith(
        ExitCode.DONE,
        start(
            "--quick",
            "--size",
            "1M",
            "--files",
            "30",
            "--operations",
            "100",
            "--rounds",
            "1",
            "--only",
            String.join(",", WorkloadNames.all())));
    checkResults(WorkloadNames.all());
  }

  @Test
  void growth_is_measured_against_the_beginning() throws Exception {
    endsWith(ExitCode.DONE, start("--scale", "2000", "--size", "1M"));
    checkResults(WorkloadNames.growth());
  }

  @SuppressWarnings("unchecked")
  private void checkResults(List<String> names) throws Exception {
    String text = Files.readString(directory.resolve("results/results.json"));
    Map<String, Object> json = JsonValue.object(text);
    List<Map<String, Object>> workloads = (List<Map<String, Object>>) json.get("workloads");
    assertThat(workloads).extracting(each -> each.get("name")).containsExactlyElementsOf(names);
    for (Map<String, Object> workload : workloads) {
      String name = workload.get("name").toString();
      List<Map<String, Object>> figures = (List<Map<String, Object>>) workload.get("figures");
      assertThat(figures).as(name).anyMatch(each -> each.get("baseline").equals(false));
      assertThat(figures).as(name).anyMatch(each -> each.get("baseline").equals(true));
      assertThat(figures).as(name).allMatch(each -> least(each, "perSecond") > 0);
      List<Map<String, Object>> comparisons =
          (List<Map<String, Object>>) workload.get("comparisons");
      assertThat(comparisons).as(name).isNotEmpty();
      assertThat(comparisons).as(name).allMatch(each -> least(each, "value") > 0);
      assertThat((Double) workload.get("residentBytes")).as(name).isGreaterThan(40e6);
    }
    assertThat((Double) json.get("residentBytes")).isLessThan(512 << 20);
    String page = Files.readString(directory.resolve("results/index.html"));
    assertThat(RunReportTest.parsed(page).getElementsByTagName("svg").getLength())
        .isEqualTo(workloads.size() + 1);
  }

  @SuppressWarnings("unchecked")
  private static double least(Map<String, Object> holder, String field) {
    return (Double) ((Map<String, Object>) holder.get(field)).get("least");
  }

  private void interruptedOnce(Predicate<MountTable> reached, String... arguments)
      throws Exception {
    Process process = start(arguments);
    boolean sent = false;
    try {
      while (!reached.test(MountTable.read())) {
        assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
      sent = true;
      assertThat(new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor()).isZero();
      endsWith(ExitCode.INTERRUPTED, process);
    } finally {
      if (!sent) {
        process.destroy();
        process.waitFor();
      }
    }
    assertThat(log).content().contains("interrupted");
    assertThat(directory.resolve("results")).doesNotExist();
  }

  @Test
  void an_interrupted_write_leaves_nothing() throws Exception {
    interruptedOnce(
        mounts -> {
          try (var made = Files.walk(work)) {
            return made.anyMatch(path -> path.endsWith("metadata.sqlite"));
          } catch (IOException | UncheckedIOException e) {
            return false; // it changes meanwhile
          }
        },
        "--only",
        "write-unique",
        "--size",
        "256M");
  }

  @Test
  void an_interrupted_run_with_mounts_leaves_nothing() throws Exception {
    interruptedOnce(mounts -> mounts.below(work).size() == 4, "--only", "mount-files-create");
  }
}
