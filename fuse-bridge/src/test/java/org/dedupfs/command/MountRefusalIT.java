package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Why a store is not mounted: one line, an exit code, and no process that stays. */
final class MountRefusalIT extends MountFixture {
  @AfterEach
  void no_process_stays() throws Exception {
    assertThat(mountsHere()).isEmpty();
    assertThat(ours()).isEmpty();
  }

  private static Outcome refused(ExitCode code, Object... line) {
    return run(line).ends(code);
  }

  @Test
  void a_mount_point_that_is_no_empty_directory() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    refused(ExitCode.FAILED, "mount", store, file).saysInOneLine("not a directory", "" + file);
    refused(ExitCode.FAILED, "mount", store, directory.resolve("none"))
        .saysInOneLine("no such file", "none");
    Path full = Files.createDirectories(directory.toRealPath().resolve("full"));
    Files.createFile(full.resolve("file"));
    refused(ExitCode.FAILED, "mount", store, full).saysInOneLine("not empty", "-o nonempty");
    run("mount", "-o", "nonempty", store, full).ends(ExitCode.DONE);
    run("umount", full).ends(ExitCode.DONE);
  }

  @Test
  void no_store() {
    refused(ExitCode.FAILED, "mount", directory.resolve("none"), mountPoint)
        .saysInOneLine("there is no", "dedupfs create");
    refused(ExitCode.FAILED, "mount", mountPoint, mountPoint).saysInOneLine("mnt");
  }

  @Test
  void a_store_that_is_open() throws Exception {
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      assertThat(open.isOpen()).isTrue();
      refused(ExitCode.IN_USE, "mount", store, mountPoint)
          .saysInOneLine("is open", Long.toString(ProcessHandle.current().pid()));
    }
  }

  @Test
  void a_store_or_a_place_that_is_mounted() throws Exception {
    mount();
    Path second = Files.createDirectory(directory.toRealPath().resolve("second"));
    refused(ExitCode.IN_USE, "mount", store, second)
        .saysInOneLine("is mounted at " + mountPoint, "dedupfs umount " + mountPoint);
    Path other = directory.toRealPath().resolve("other");
    run("create", other).ends(ExitCode.DONE);
    refused(ExitCode.IN_USE, "mount", other, mountPoint)
        .saysInOneLine("already", "by process " + server(mountPoint).pid());
    assertThat(mountsHere()).hasSize(1);
    run("umount", mountPoint).ends(ExitCode.DONE);
  }

  @Test
  void a_store_below_its_own_mount_point_and_a_mount_point_in_the_store() throws Exception {
    refused(ExitCode.FAILED, "mount", "-o", "nonempty", store, directory)
        .saysInOneLine("lies below");
    Path inside = Files.createDirectory(store.resolve("inside"));
    refused(ExitCode.FAILED, "mount", store, inside).saysInOneLine("lies in the store");
  }

  @Test
  void a_part_of_the_store_below_its_mount_point() throws Exception {
    Path place = Files.createDirectory(directory.toRealPath().resolve("place"));
    for (String part : new String[] {"metadata-directory", "blocks-directory"}) {
      Path apart = Files.createDirectory(place.resolve(part));
      Path own = directory.toRealPath().resolve("store with " + part);
      run("create", "--" + part, apart, own).ends(ExitCode.DONE);
      refused(ExitCode.FAILED, "mount", "-o", "nonempty", own, place)
          .saysInOneLine("" + apart, "lies below " + place);
      Path inside = Files.createDirectory(apart.resolve("inside"));
      refused(ExitCode.FAILED, "mount", own, inside).saysInOneLine("lies in the store", "" + apart);
    }
  }

  @Test
  void places_that_cannot_be_unmounted_do_not_keep_others_mounted() throws Exception {
    mount();
    Outcome outcome =
        refused(ExitCode.FAILED, "umount", directory.resolve("none"), "/proc", mountPoint);
    assertThat(outcome.err().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("dedupfs: ").contains("none"),
            line -> assertThat(line).startsWith("dedupfs: ").contains("not by dedupfs"));
    assertThat(isMounted(mountPoint)).isFalse();
  }

  @Test
  void options_that_nobody_knows() {
    refused(ExitCode.USAGE, "mount", "-o", "ro,surprise", store, mountPoint)
        .saysInOneLine("unknown mount option 'surprise'");
    refused(ExitCode.USAGE, "mount", "-o", "memory=1k", store, mountPoint)
        .saysInOneLine("memory", "1k", "64M");
    refused(ExitCode.USAGE, "mount", "-o", "memory=64m", "--memory", "1k", store, mountPoint)
        .saysInOneLine("memory", "1k", "64M");
    refused(ExitCode.USAGE, "mount", "--threads", "2000", store, mountPoint)
        .saysInOneLine("threads", "2000");
    refused(ExitCode.USAGE, "mount", "--requests", "0", store, mountPoint)
        .saysInOneLine("--requests");
  }

  @Test
  void what_is_not_mounted_cannot_be_unmounted() {
    refused(ExitCode.FAILED, "umount", mountPoint).saysInOneLine("mnt");
    refused(ExitCode.FAILED, "umount", store).saysInOneLine("store");
    refused(ExitCode.FAILED, "umount", "/proc").saysInOneLine("not by dedupfs");
  }
}
