package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.host.MountEntry;
import org.dedupfs.host.MountTable;
import org.dedupfs.mount.FuseAvailability;
import org.dedupfs.mount.ServingProcess;
import org.dedupfs.mount.StoreMounts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Mounts stores by processes of their own, and sees to it that none stays. */
abstract class MountFixture extends CommandFixture {
  static final long PATIENCE_SECONDS = 120;

  private final List<Process> started = new ArrayList<>();
  Path store;
  Path mountPoint;

  @BeforeAll
  static void fuse_is_there() throws IOException {
    FuseAvailability.check();
  }

  @BeforeEach
  void make_a_store_and_a_place() throws IOException {
    store = newStore().toRealPath();
    mountPoint = Files.createDirectory(directory.toRealPath().resolve("mnt"));
  }

  @AfterEach
  void leave_nothing_mounted() throws Exception {
    for (Process process : started) {
      process.destroyForcibly();
    }
    for (MountEntry mount : mountsHere()) {
      // No test process may outlive its test, even one whose unmounting is what failed.
      ServingProcess.of(mount).ifPresent(ProcessHandle::destroyForcibly);
      new ProcessBuilder("fusermount3", "-u", "-z", mount.mountPoint().toString())
          .start()
          .waitFor();
    }
    for (ProcessHandle process : ours()) {
      process.destroyForcibly();
      process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  List<MountEntry> mountsHere() throws IOException {
    Path here = directory.toRealPath();
    return MountTable.read().entries().stream()
        .filter(entry -> StoreMounts.isStore(entry) && entry.mountPoint().startsWith(here))
        .toList();
  }

  /** All processes that were told of the directory of this test. */
  List<ProcessHandle> ours() throws IOException {
    String here = directory.toRealPath().toString();
    List<ProcessHandle> found = new ArrayList<>();
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      if (process.pid() != ProcessHandle.current().pid() && commandLine(process).contains(here)) {
        found.add(process);
      }
    }
    return found;
  }

  static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(
          Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  void mount(Object... options) {
    List<Object> line = new ArrayList<>(List.of("mount"));
    line.addAll(List.of(options));
    line.addAll(List.of(store, mountPoint));
    run(line.toArray()).ends(ExitCode.DONE);
  }

  /** The process that serves a mount point. */
  ProcessHandle server(Path place) throws IOException {
    return ServingProcess.of(MountTable.read().at(place).orElseThrow()).orElseThrow();
  }

  boolean isMounted(Path place) throws IOException {
    Optional<MountEntry> there = MountTable.read().at(place);
    return there.isPresent() && StoreMounts.isStore(there.get());
  }

  /** Starts a program that ends with the test at the latest; its output is in a file. */
  Process start(List<String> line) throws IOException {
    Process process =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(output().toFile())
            .start();
    started.add(process);
    return process;
  }

  Path output() {
    return directory.resolve("output");
  }

  /** A program whose working directory is the mount. */
  Process hold(Path place) throws Exception {
    Process holder =
        new ProcessBuilder("sh", "-c", "cd \"$1\" && echo in && exec sleep 1000", "sh", "" + place)
            .start();
    started.add(holder);
    assertThat(holder.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("in");
    return holder;
  }

  static void await(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  static void awaitEnd(ProcessHandle process) throws Exception {
    process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Nothing is mounted, no process is left, and the store holds a file. */
  void assertClosedWith(String file, String content) throws Exception {
    assertThat(mountsHere()).isEmpty();
    assertThat(ours()).isEmpty();
    assertThat(store.resolve("lock.owner")).doesNotExist();
    assertThat(store.resolve("mount.record")).doesNotExist();
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      assertThat(open.getPath(file)).hasContent(content);
    }
  }
}
