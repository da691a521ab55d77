package org.dedupfs.bridge.jnr;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dedupfs.host.MountTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** How a mount begins and ends. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class UnmountIT {
  private static final int SIGTERM_EXIT = 143;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path temp;

  private boolean isMounted(Path where) throws IOException {
    return MountTable.read().at(where).isPresent();
  }

  @Test
  void it_unmounts_and_ends() throws Exception {
    try (MountChild child = MountChild.mount(temp.resolve("m"))) {
      Files.write(child.path("file"), new byte[] {1});
      assertThat(child.ask("ended 0")).isEqualTo("ended false");
      assertThat(child.ask("unmount 5000")).isEqualTo("unmounted");
      assertThat(isMounted(child.path(""))).isFalse();
      assertThat(child.ask("ended 30000")).isEqualTo("ended true");
      assertThat(child.ask("unmount 0")).isEqualTo("unmounted");
      assertThat(child.ask("close")).isEqualTo("closed");
      assertThat(child.ask("close")).isEqualTo("closed");
      assertThat(Files.exists(child.path("file"))).isFalse();
      assertThat(child.stderr()).isEmpty();
    }
  }

  @Test
  void what_is_in_use_stays_mounted() throws Exception {
    try (MountChild child = MountChild.mount(temp.resolve("m m"))) {
      Path file = Files.write(child.path("file"), new byte[] {1});
      try (FileChannel channel = FileChannel.open(file, READ)) {
        assertThat(child.ask("unmount 200"))
            .startsWith("failed true ")
            .contains("in use")
            .contains(child.path("").toString());
        assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(1);
      }
      assertThat(child.ask("unmount 5000")).isEqualTo("unmounted");
    }
  }

  @Test
  void what_was_detached_serves_open_files_until_they_are_closed() throws Exception {
    try (MountChild child = MountChild.mount(temp.resolve("m"))) {
      Path file = Files.write(child.path("file"), new byte[] {1, 2});
      try (FileChannel channel = FileChannel.open(file, READ)) {
        assertThat(child.ask("detach")).isEqualTo("detached");
        assertThat(isMounted(child.path(""))).isFalse();
        assertThat(channel.read(ByteBuffer.allocate(2))).isEqualTo(2);
        assertThat(child.ask("ended 0")).isEqualTo("ended false");
      }
      assertThat(child.ask("ended 30000")).isEqualTo("ended true");
      assertThat(child.ask("close")).isEqualTo("closed");
    }
  }

  @Test
  void closing_cuts_off_who_does_not_let_go() throws Exception {
    try (MountChild child = MountChild.mount(temp.resolve("m"))) {
      Path file = Files.write(child.path("file"), new byte[] {1, 2});
      FileChannel channel = FileChannel.open(file, READ);
      Files.delete(file);
      assertThat(child.ask("close")).isEqualTo("closed");
      checkCutOff(channel);
      assertThat(child.ask("heard unlink 18 .*")).startsWith("heard 1 ");
    }
  }

  @Test
  void what_is_served_while_closing_still_follows_changes() throws Exception {
    try (MountChild child = MountChild.mount(temp.resolve("m"))) {
      Path file = Files.writeString(child.path("file"), "first");
      try (FileChannel channel = FileChannel.open(file, READ)) {
        assertThat(read(channel)).isEqualTo("first");
        assertThat(child.ask("closing")).isEqualTo("closing");
        while (isMounted(child.path(""))) {
          Thread.onSpinWait();
        }
        assertThat(child.ask("change /file other tell")).isEqualTo("changed");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (read(channel).equals("first")) {
          assertThat(System.nanoTime()).isLessThan(end);
        }
        assertThat(read(channel)).isEqualTo("other");
      }
      assertThat(child.ask("close")).isEqualTo("closed");
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(5);
    int count = channel.read(bytes, 0);
    return new String(bytes.array(), 0, count, UTF_8);
  }

  private static void checkCutOff(FileChannel channel) {
    assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not connected");
    assertThatThrownBy(channel::close).isInstanceOf(IOException.class);
  }

  @Test
  void another_mount_at_the_same_place_is_left_alone() throws Exception {
    Path where = temp.resolve("m");
    try (MountChild first = MountChild.mount(where)) {
      MountChild.run("fusermount3", "-u", where.toString());
      assertThat(first.ask("ended 30000")).isEqualTo("ended true");
      try (MountChild second = MountChild.mount(where)) {
        Files.write(second.path("file"), "second".getBytes(UTF_8));
        assertThat(first.ask("unmount 0")).isEqualTo("unmounted");
        assertThat(first.ask("detach")).isEqualTo("detached");
        assertThat(first.ask("close")).isEqualTo("closed");
        assertThat(Files.readString(second.path("file"))).isEqualTo("second");
      }
    }
  }

  @Test
  void another_mount_is_left_alone_by_one_that_was_detached_busy() throws Exception {
    Path where = temp.resolve("m");
    try (MountChild first = MountChild.mount(where)) {
      Path file = Files.write(first.path("file"), new byte[] {1});
      FileChannel channel = FileChannel.open(file, READ);
      MountChild.run("fusermount3", "-u", "-z", where.toString());
      try (MountChild second = MountChild.mount(where)) {
        Files.write(second.path("file"), "second".getBytes(UTF_8));
        assertThat(first.ask("close")).isEqualTo("closed");
        assertThat(Files.readString(second.path("file"))).isEqualTo("second");
        checkCutOff(channel);
      }
    }
  }

  @Test
  void what_something_else_was_mounted_over_is_not_unmounted_instead() throws Exception {
    Path where = temp.resolve("m");
    try (MountChild below = MountChild.mount(where)) {
      Files.write(below.path("file"), "below".getBytes(UTF_8));
      try (MountChild above = MountChild.mount(where, "nonempty")) {
        Files.write(above.path("file"), "above".getBytes(UTF_8));
        assertThat(below.ask("unmount 0")).startsWith("failed true ").contains("mounted over it");
        assertThat(Files.readString(where.resolve("file"))).isEqualTo("above");
        assertThat(above.ask("close")).isEqualTo("closed");
      }
      assertThat(Files.readString(where.resolve("file"))).isEqualTo("below");
      assertThat(below.ask("close")).isEqualTo("closed");
    }
  }

  @Test
  void the_reason_of_a_failure_is_told_and_standard_error_stays() throws Exception {
    Path file = Files.createFile(Files.createDirectories(temp.resolve("full")).resolve("x"));
    checkFailure(file.getParent(), List.of(), "mountpoint is not empty");
    checkFailure(temp.resolve("gone"), List.of(), "bad mount point", "No such file or directory");
    Path empty = Files.createDirectory(temp.resolve("empty"));
    checkFailure(empty, List.of("no_such_thing"), "unknown option", "no_such_thing");
  }

  private static void checkFailure(Path where, List<String> options, String... reasons)
      throws Exception {
    MountChild child = MountChild.tryToMount(where, options.toArray(String[]::new));
    try {
      assertThat(child.firstLine()).startsWith("failed false " + where + ": ").contains(reasons);
      assertThat(child.awaitExit()).isZero();
      assertThat(child.stderr()).isEqualTo("standard error is back\n");
    } finally {
      child.close();
    }
  }

  @Test
  void a_termination_still_runs_the_hooks_of_java() throws Exception {
    try (MountChild child = MountChild.mount(temp.resolve("m"))) {
      MountChild.run("kill", "-TERM", String.valueOf(child.pid()));
      assertThat(child.next()).isEqualTo("hook");
      assertThat(child.awaitExit()).isEqualTo(SIGTERM_EXIT);
    }
  }
}
