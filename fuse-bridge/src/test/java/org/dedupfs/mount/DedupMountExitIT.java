package org.dedupfs.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.fixtures.process.ForkedJvm;
import org.dedupfs.host.MountTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs in Java that mount a store, and end without closing anything. */
final class DedupMountExitIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int STATUS = 3;
  private static final int STATUS_OF_SIGTERM = 143;

  @TempDir Path directory;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private Path store;
  private Path place;

  @BeforeEach
  void make_a_place() throws Exception {
    FuseAvailability.check();
    store = directory.toRealPath().resolve("store");
    place = Files.createDirectory(directory.toRealPath().resolve("mnt"));
  }

  @AfterEach
  void leave_nothing_mounted() throws Exception {
    while (MountTable.read().at(place).isPresent()) {
      FusermountTool.detach(place);
    }
  }

  /** Mounts STORE at MOUNTPOINT; told {@code exit} it ends at once, told {@code close} in order. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws Exception {
      // Commits by itself at the end only, if at all.
      DedupOptions options =
          DedupOptions.builder().create(true).commitInterval(Duration.ofHours(1)).build();
      DedupFileSystem store = DedupFileSystems.open(Path.of(arguments[0]), options);
      DedupMount mount = DedupMount.mount(store, Path.of(arguments[1]));
      System.out.println("mounted");
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      if (lines.readLine().equals("close")) {
        mount.close();
        store.close();
      }
      System.exit(STATUS);
    }
  }

  private ForkedJvm start() throws Exception {
    List<String> arguments = List.of(store.toString(), place.toString());
    ForkedJvm program =
        ForkedJvm.start(Program.class, List.of("-Xmx160m"), arguments, answers::add);
    String answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(answer).as(program.stderr()).isEqualTo("mounted");
    return program;
  }

  private void assertGoneAndSaved(String text) throws Exception {
    assertThat(MountTable.read().at(place)).isEmpty();
    try (DedupFileSystem opened = DedupFileSystems.open(store)) {
      assertThat(Files.readString(opened.getPath("/file"))).isEqualTo(text);
      assertThat(opened.check(finding -> {}).findings()).isZero();
    }
  }

  @Test
  void an_exit_unmounts_and_keeps_what_was_written() throws Exception {
    try (ForkedJvm program = start()) {
      Files.writeString(place.resolve("file"), "before the exit");
      program.send("exit");
      assertThat(program.awaitExit(PATIENCE)).hasValue(STATUS);
      assertGoneAndSaved("before the exit");
      assertThat(program.stderr()).doesNotContain("ERROR");
    }
  }

  @Test
  void a_signal_unmounts_and_keeps_what_was_written() throws Exception {
    try (ForkedJvm program = start()) {
      Files.writeString(place.resolve("file"), "before the signal");
      assertThat(ProcessHandle.of(program.pid()).orElseThrow().destroy()).isTrue();
      assertThat(program.awaitExit(PATIENCE)).hasValue(STATUS_OF_SIGTERM);
      assertGoneAndSaved("before the signal");
    }
  }

  @Test
  void closing_in_order_leaves_nothing_to_do_at_the_end() throws Exception {
    try (ForkedJvm program = start()) {
      Files.writeString(place.resolve("file"), "closed");
      program.send("close");
      assertThat(program.awaitExit(PATIENCE)).hasValue(STATUS);
      assertGoneAndSaved("closed");
      assertThat(program.stderr()).isEmpty();
    }
  }
}
