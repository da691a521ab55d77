package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Ctrl-C while a mount in the background begins: there is all of it afterwards, or nothing. */
final class MountInterruptionIT extends MountFixture {
  private static final String TEXT = "all or nothing";

  /** How far it has come. */
  private enum Point {
    COMMAND_RUNS,
    PROCESS_STARTED,
    STORE_OPEN,
    MOUNTED,
    RECORDED
  }

  private boolean isReached(Point point) throws IOException {
    return switch (point) {
      case COMMAND_RUNS -> !ours().isEmpty();
      case PROCESS_STARTED -> serving().findAny().isPresent();
      case STORE_OPEN -> Files.exists(store.resolve("lock.owner"));
      case MOUNTED -> isMounted(mountPoint);
      case RECORDED -> Files.exists(store.resolve("mount.record"));
    };
  }

  private Stream<ProcessHandle> serving() throws IOException {
    return ours().stream().filter(process -> commandLine(process).contains("--serve"));
  }

  static Stream<Arguments> points() {
    return Stream.of(Point.values())
        .flatMap(point -> Stream.of("INT", "TERM").map(signal -> Arguments.of(point, signal)));
  }

  @ParameterizedTest
  @MethodSource("points")
  void an_interrupted_start_leaves_a_whole_mount_or_nothing(Point point, String signal)
      throws Exception {
    // A group of its own, as a shell makes it; a terminal signals all of a group.
    List<String> line = new ArrayList<>(List.of("setsid"));
    line.addAll(CommandIT.java());
    line.addAll(List.of("mount", store.toString(), mountPoint.toString()));
    Process starter = start(line);
    await(point.toString(), () -> isReached(point) || !starter.isAlive());
    runApart(List.of("sh", "-c", "kill -" + signal + " -$1 || :", "sh", "" + starter.pid()))
        .ends(ExitCode.DONE);
    assertThat(starter.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(output());
    if (isMounted(mountPoint)) {
      assertWhole();
    } else {
      assertThat(starter.exitValue()).as(said).isIn(130, 143);
      assertThat(ours()).as(said).isEmpty();
      assertThat(mountsHere()).isEmpty();
      assertThat(store.resolve("lock.owner")).doesNotExist();
      assertThat(store.resolve("mount.record")).doesNotExist();
      assertThat(mountPoint).isEmptyDirectory();
    }
    mountUnlessMounted();
    Files.writeString(mountPoint.resolve("file"), TEXT);
    run("umount", mountPoint).ends(ExitCode.DONE);
    assertClosedWith("/file", TEXT);
  }

  /** It is not about to end. */
  private void assertWhole() throws Exception {
    ProcessHandle server = server(mountPoint);
    run("mkdir", store, "/made").ends(ExitCode.DONE);
    assertThat(mountPoint.resolve("made")).isDirectory();
    assertThat(serving()).containsExactly(server);
  }

  private void mountUnlessMounted() throws IOException {
    if (!isMounted(mountPoint)) {
      mount();
    }
  }
}
