package org.dedupfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes as a proc file system of our own tells of them, and the real one. */
final class OwnerProcessTest {
  private static final String BOOT = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
  private static final OwnerProcess OWNER = new OwnerProcess(4_711, 123_456, "0a1b2c3d4e5f6071");

  @TempDir Path proc;

  @BeforeEach
  void fill() throws IOException {
    Files.createDirectories(proc.resolve("sys/kernel/random"));
    Files.createDirectory(proc.resolve("1"));
    Files.createDirectory(proc.resolve("4711"));
    boot(BOOT);
    stat("java", 123_456);
  }

  private void boot(String id) throws IOException {
    Files.writeString(proc.resolve("sys/kernel/random/boot_id"), id + "\n");
  }

  private void stat(String name, long startTicks) throws IOException {
    stat(name, "S", startTicks);
  }

  private void stat(String name, String state, long startTicks) throws IOException {
    Files.writeString(
        proc.resolve("4711/stat"),
        "4711 ("
            + name
            + ") "
            + state
            + " 1 4711 4711 0 -1 4194560 9 8 7 6 5 4 3 2 20 0 30 0 "
            + startTicks
            + " 99 98 97\n");
  }

  @Test
  void a_process_with_this_number_start_and_boot_is_alive_whatever_its_name() throws IOException {
    assertThat(OWNER.mayBeAlive(proc)).isTrue();
    stat("a) R (b 1 2", 123_456);
    assertThat(OWNER.mayBeAlive(proc)).isTrue();
  }

  @Test
  void it_has_ended_when_its_number_is_free_or_given_to_another() throws IOException {
    stat("java", 123_457);
    assertThat(OWNER.mayBeAlive(proc)).isFalse();
    stat("java", "Z", 123_456);
    assertThat(OWNER.mayBeAlive(proc)).as("a zombie").isFalse();
    Files.delete(proc.resolve("4711/stat"));
    Files.delete(proc.resolve("4711"));
    assertThat(OWNER.mayBeAlive(proc)).isFalse();
  }

  @Test
  void it_has_ended_with_the_boot_though_another_has_its_number_and_start() throws IOException {
    boot("1" + BOOT.substring(1));
    assertThat(OWNER.mayBeAlive(proc)).isFalse();
  }

  @Test
  void what_may_not_be_read_is_taken_for_alive() throws IOException {
    Files.delete(proc.resolve("4711/stat"));
    Files.createDirectory(proc.resolve("4711/stat")); // which root cannot read either
    assertThat(OWNER.mayBeAlive(proc)).isTrue();
  }

  @Test
  void where_processes_of_others_are_hidden_what_is_not_seen_is_taken_for_alive()
      throws IOException {
    Files.delete(proc.resolve("4711/stat"));
    Files.delete(proc.resolve("4711"));
    Files.delete(proc.resolve("1"));
    assertThat(OWNER.mayBeAlive(proc)).isTrue();
  }

  @Test
  void this_process_is_alive_and_one_that_ended_is_not() throws Exception {
    OwnerProcess self = OwnerProcess.current();
    assertThat(self.startTicks()).isPositive();
    assertThat(self.boot()).matches("[0-9a-f]{16}").isNotEqualTo("0".repeat(16));
    assertThat(self.mayBeAlive()).isTrue();
    Process child = new ProcessBuilder("sleep", "1000").start();
    OwnerProcess other;
    try {
      String stat = Files.readString(Path.of("/proc/" + child.pid() + "/stat"));
      long startTicks = Long.parseLong(stat.replaceFirst(".*\\) ", "").split(" ", -1)[19]);
      other = new OwnerProcess(child.pid(), startTicks, self.boot());
      assertThat(other.mayBeAlive()).isTrue();
    } finally {
      child.destroyForcibly().waitFor();
    }
    assertThat(other.mayBeAlive()).isFalse();
  }

  @Test
  void without_proc_the_number_alone_has_to_do() {
    OwnerProcess self = OwnerProcess.current(proc.resolve("nowhere"));
    assertThat(self.startTicks()).isZero();
    assertThat(self.mayBeAlive(proc.resolve("nowhere"))).isTrue();
  }
}
