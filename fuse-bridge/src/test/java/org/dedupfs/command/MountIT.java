package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How mounts begin and how they end. */
final class MountIT extends MountFixture {
  private static final String TEXT = "to be or not to be";

  @Test
  void create_makes_what_is_missing_and_leaves_what_is_there() throws Exception {
    Path made = directory.toRealPath().resolve("made");
    Path place = directory.toRealPath().resolve("place");
    for (String name : List.of("one", "two")) {
      assertThat(run("mount", "--create", made, place).ends(ExitCode.DONE).err()).isEmpty();
      Files.writeString(place.resolve(name), name);
      run("umount", place).ends(ExitCode.DONE);
    }
    assertThat(run("ls", made).ends(ExitCode.DONE).out()).isEqualTo("one\ntwo\n");
    assertThat(made.resolve("mount.log")).exists();
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertThat(run("mount", "--create", empty, place).ends(ExitCode.DONE).err()).isEmpty();
    Files.writeString(place.resolve("three"), "three");
    run("umount", place).ends(ExitCode.DONE);
    assertThat(run("ls", empty).ends(ExitCode.DONE).out()).isEqualTo("three\n");
    Path other = Files.createDirectory(directory.resolve("other"));
    Files.writeString(other.resolve("file"), "no store");
    run("mount", "--create", other, place).ends(ExitCode.FAILED).saysInOneLine("other");
    assertThat(other.resolve("file")).hasContent("no store");
  }

  @Test
  void create_mounts_again_after_a_kill_as_a_mount_does() throws Exception {
    Path made = directory.toRealPath().resolve("made");
    Path place = directory.toRealPath().resolve("place");
    run("mount", "--create", made, place).ends(ExitCode.DONE);
    ProcessHandle server = server(place);
    server.destroyForcibly();
    server.onExit().get(1, TimeUnit.MINUTES);
    Path link = Files.createSymbolicLink(directory.resolve("link"), place.getParent());
    run("mount", "--create", made, link.resolve("place")).ends(ExitCode.DONE);
    run("umount", place).ends(ExitCode.DONE);
    run("mount", "--create", made, made.resolve("in"))
        .ends(ExitCode.USAGE)
        .saysInOneLine("in the store");
    assertThat(made.resolve("in")).doesNotExist();
  }

  @Test
  void a_mount_in_the_background_can_be_used_when_the_command_returns() throws Exception {
    mount();
    Files.writeString(mountPoint.resolve("file"), TEXT);
    assertThat(mountPoint.resolve("file")).hasContent(TEXT);
    ProcessHandle server = server(mountPoint);
    assertThat(Files.readSymbolicLink(Path.of("/proc", "" + server.pid(), "cwd"))).hasToString("/");
    assertThat(Files.readSymbolicLink(Path.of("/proc", "" + server.pid(), "fd", "0")))
        .hasToString("/dev/null");
    run("umount", mountPoint).ends(ExitCode.DONE);
    assertThat(server.isAlive()).isFalse();
    assertClosedWith("/file", TEXT);
  }

  @Test
  void a_store_can_be_named_to_end_its_mount() throws Exception {
    mount("-v");
    Files.writeString(mountPoint.resolve("file"), TEXT);
    run("umount", store).ends(ExitCode.DONE);
    assertClosedWith("/file", TEXT);
    assertThat(store.resolve("mount.log")).content().contains("mounted", "unmounted", "closed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kill -TERM", "kill -INT", "kill -HUP", "umount", "fusermount3 -u"})
  void however_a_mount_ends_all_is_committed_and_nothing_stays(String how) throws Exception {
    // So that nothing but the end commits.
    mount("--commit-interval", "1h");
    Files.writeString(mountPoint.resolve("file"), TEXT);
    ProcessHandle server = server(mountPoint);
    List<String> line = new ArrayList<>(List.of(how.split(" ", -1)));
    line.add(how.startsWith("kill") ? Long.toString(server.pid()) : mountPoint.toString());
    runApart(line).ends(ExitCode.DONE);
    awaitEnd(server);
    assertClosedWith("/file", TEXT);
  }

  @Test
  void a_mount_in_the_foreground_ends_with_a_signal() throws Exception {
    List<String> line = new ArrayList<>(CommandIT.java());
    line.addAll(List.of("mount", "-f", "-v", store.toString(), mountPoint.toString()));
    Process serving = start(line);
    await("mounted", () -> isMounted(mountPoint));
    Files.writeString(mountPoint.resolve("file"), TEXT);
    runApart(List.of("kill", "-INT", Long.toString(serving.pid()))).ends(ExitCode.DONE);
    assertThat(serving.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(serving.exitValue()).as(Files.readString(output())).isEqualTo(130);
    assertThat(output()).content().contains("mounted " + store + " at " + mountPoint);
    assertClosedWith("/file", TEXT);
  }

  @Test
  void a_mount_in_use_is_not_unmounted_and_its_user_is_named() throws Exception {
    mount();
    Files.writeString(mountPoint.resolve("file"), TEXT);
    Process holder = hold(mountPoint);
    run("umount", "--wait", 0, mountPoint)
        .ends(ExitCode.IN_USE)
        .saysInOneLine("in use by", "process " + holder.pid(), "sleep");
    assertThat(mountPoint.resolve("file")).hasContent(TEXT);
    ProcessHandle server = server(mountPoint);
    run("umount", "--lazy", mountPoint).ends(ExitCode.DONE);
    assertThat(isMounted(mountPoint)).isFalse();
    assertThat(server.isAlive()).isTrue();
    holder.destroyForcibly();
    awaitEnd(server);
    assertClosedWith("/file", TEXT);
  }

  @Test
  void umount_waits_for_who_uses_it() throws Exception {
    mount();
    Files.writeString(mountPoint.resolve("file"), TEXT);
    Process holder = hold(mountPoint);
    List<String> line = new ArrayList<>(CommandIT.java());
    line.addAll(List.of("umount", "--wait", "100", mountPoint.toString()));
    Process unmounting = start(line);
    await("umount runs", () -> unmounting.info().totalCpuDuration().isPresent());
    holder.destroyForcibly();
    assertThat(unmounting.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(unmounting.exitValue()).as(Files.readString(output())).isZero();
    assertClosedWith("/file", TEXT);
  }

  @Test
  void umount_does_not_call_it_done_when_the_last_commit_failed() throws Exception {
    mount();
    ProcessHandle server = server(mountPoint);
    runApart(List.of("kill", "-STOP", Long.toString(server.pid()))).ends(ExitCode.DONE);
    List<String> line = new ArrayList<>(CommandIT.java());
    line.addAll(List.of("umount", mountPoint.toString()));
    Process unmounting = start(line);
    await("unmounted", () -> !isMounted(mountPoint));
    server.destroyForcibly();
    assertThat(unmounting.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(unmounting.exitValue()).isEqualTo(ExitCode.FAILED.number());
    assertThat(output()).content().contains("was not closed in order", "killed");
  }

  /** From now on the process can write nothing but the shortest of files. */
  private static void takeRoom(ProcessHandle process) throws Exception {
    runApart(List.of("prlimit", "--pid", Long.toString(process.pid()), "--fsize=1000:1000"))
        .ends(ExitCode.DONE);
  }

  @Test
  void umount_says_why_the_last_commit_failed() throws Exception {
    mount("--commit-interval", "1h");
    Files.writeString(mountPoint.resolve("file"), TEXT);
    takeRoom(server(mountPoint));
    run("umount", mountPoint)
        .ends(ExitCode.FAILED)
        .saysInOneLine("was not closed in order: ", "what was fsynced is safe");
    assertThat(Files.readAllLines(store.resolve("mount.record")))
        .hasSize(2)
        .last()
        .asString()
        .isNotBlank();
    // What was not fsynced is gone, the store is not.
    mount();
    run("umount", mountPoint).ends(ExitCode.DONE);
    assertThat(store.resolve("mount.record")).doesNotExist();
  }

  @Test
  void a_signal_does_not_hide_that_the_last_commit_failed() throws Exception {
    List<String> line = new ArrayList<>(CommandIT.java());
    line.addAll(List.of("mount", "-f", "--commit-interval", "1h"));
    line.addAll(List.of(store.toString(), mountPoint.toString()));
    Process serving = start(line);
    await("recorded", () -> Files.exists(store.resolve("mount.record")));
    Files.writeString(mountPoint.resolve("file"), TEXT);
    takeRoom(serving.toHandle());
    serving.destroy();
    assertThat(serving.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(serving.exitValue()).as(Files.readString(output())).isEqualTo(1);
    assertThat(store.resolve("mount.record")).exists();
  }

  @Test
  void a_signal_ends_a_mount_in_use_too() throws Exception {
    mount();
    Files.writeString(mountPoint.resolve("file"), TEXT);
    hold(mountPoint);
    ProcessHandle server = server(mountPoint);
    server.destroy();
    awaitEnd(server);
    assertThat(store.resolve("mount.log")).content().contains("cut off while in use by");
    assertThat(mountsHere()).isEmpty();
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      assertThat(open.getPath("/file")).hasContent(TEXT);
    }
  }

  @Test
  void what_a_killed_process_left_is_cleaned_by_the_next_mount() throws Exception {
    mount();
    kill(mountPoint);
    assertThatThrownBy(() -> Files.list(mountPoint)).hasMessageContaining("not connected");
    mount();
    assertThat(store.resolve("mount.log")).content().contains("cleaned " + mountPoint);
    Files.writeString(mountPoint.resolve("file"), TEXT);
    run("umount", mountPoint).ends(ExitCode.DONE);
    assertClosedWith("/file", TEXT);
  }

  @Test
  void what_a_killed_process_left_is_cleaned_wherever_the_store_is_mounted_next() throws Exception {
    mount();
    kill(mountPoint);
    Path elsewhere = Files.createDirectory(directory.toRealPath().resolve("else where,"));
    run("mount", store, elsewhere).ends(ExitCode.DONE);
    assertThat(mountsHere()).singleElement().extracting("mountPoint").isEqualTo(elsewhere);
    run("umount", elsewhere).ends(ExitCode.DONE);
    assertThat(mountsHere()).isEmpty();
  }

  @Test
  void what_a_killed_process_left_is_cleaned_by_umount() throws Exception {
    mount();
    kill(mountPoint);
    assertThat(run("umount", mountPoint).ends(ExitCode.DONE).err()).contains("cleaned");
    assertThat(mountsHere()).isEmpty();
    assertThat(mountPoint).isEmptyDirectory();
  }

  private void kill(Path place) throws Exception {
    ProcessHandle server = server(place);
    server.destroyForcibly();
    awaitEnd(server);
    assertThat(isMounted(place)).isTrue();
  }

  @Test
  void what_is_being_written_counts_in_stats() throws Exception {
    mount("--commit-interval", "1h");
    Files.writeString(mountPoint.resolve("file"), TEXT);
    assertThat(run("stats", "--json", store).ends(ExitCode.DONE).out())
        .contains("\"files\": 1,", "\"logicalBytes\": " + TEXT.length() + ",");
    run("umount", mountPoint).ends(ExitCode.DONE);
  }

  @Test
  void a_link_that_was_planted_as_log_is_not_written_through() throws Exception {
    Path target = Files.writeString(directory.resolve("precious"), TEXT);
    Files.createSymbolicLink(store.resolve("mount.log"), target);
    assertThat(run("mount", "-v", store, mountPoint).ends(ExitCode.DONE).err())
        .contains("mount.log is no file of this user alone");
    run("umount", mountPoint).ends(ExitCode.DONE);
    assertThat(target).hasContent(TEXT);
    Files.delete(store.resolve("mount.log"));
    Files.createLink(store.resolve("mount.log"), target);
    mount("-v");
    run("umount", mountPoint).ends(ExitCode.DONE);
    assertThat(target).hasContent(TEXT);
  }

  @Test
  void a_log_that_has_grown_is_put_aside_only_in_the_store() throws Exception {
    Path own = Files.write(directory.resolve("own.log"), new byte[2 << 20]);
    Path other = Files.writeString(directory.resolve("own.log.1"), TEXT);
    mount("-v", "--log-file", own);
    run("umount", mountPoint).ends(ExitCode.DONE);
    assertThat(other).hasContent(TEXT);
    assertThat(Files.size(own)).isGreaterThan(2 << 20);
    Files.write(store.resolve("mount.log"), new byte[2 << 20]);
    mount("-v");
    run("umount", mountPoint).ends(ExitCode.DONE);
    assertThat(store.resolve("mount.log.1")).hasSize(2 << 20);
    assertThat(store.resolve("mount.log")).content().contains("mounted");
  }

  @Test
  void a_record_that_cannot_be_read_is_not_taken_for_success() throws Exception {
    mount();
    Files.writeString(store.resolve("mount.record"), "damaged");
    run("umount", mountPoint).ends(ExitCode.FAILED).saysInOneLine("is not known", "mount.record");
  }

  @Test
  void a_read_only_mount_refuses_changes_and_shares_the_store() throws Exception {
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      Files.writeString(open.getPath("/file"), TEXT);
    }
    mount("--read-only");
    assertThat(mountPoint.resolve("file")).hasContent(TEXT);
    assertThatThrownBy(() -> Files.writeString(mountPoint.resolve("other"), TEXT))
        .hasMessageContaining("Read-only file system");
    Path second = Files.createDirectory(directory.toRealPath().resolve("second"));
    run("mount", "-o", "ro", store, second).ends(ExitCode.DONE);
    assertThat(second.resolve("file")).hasContent(TEXT);
    run("umount", store).ends(ExitCode.DONE);
    assertClosedWith("/file", TEXT);
  }

  @Test
  void a_store_whose_path_needs_escapes_is_found_again() throws Exception {
    Path odd = directory.toRealPath().resolve("a b,c\\d\u00e4");
    run("create", odd).ends(ExitCode.DONE);
    run("mount", odd, mountPoint).ends(ExitCode.DONE);
    assertThat(mountsHere()).singleElement().extracting("source").isEqualTo(odd);
    run("umount", odd).ends(ExitCode.DONE);
    assertThat(mountsHere()).isEmpty();
  }
}
