package org.dedupfs.mounted;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dedupfs.fixtures.process.ForkedJvm;
import org.dedupfs.host.MountTable;
import org.dedupfs.mount.FuseAvailability;

/** A store that a process of its own has mounted. For one thread. */
final class MountedStore implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<String> JVM = List.of("-Xmx160m", "-XX:+ExitOnOutOfMemoryError");

  private final ForkedJvm server;
  private final BlockingQueue<String> answers;
  private final Path mountPoint;

  private MountedStore(ForkedJvm server, BlockingQueue<String> answers, Path mountPoint) {
    this.server = server;
    this.answers = answers;
    this.mountPoint = mountPoint;
  }

  /** Makes the store where there is none, and mounts it at {@code place}, made if need be. */
  static MountedStore mount(Path store, Path place, String... storeOptions)
      throws IOException, InterruptedException {
    FuseAvailability.check();
    Path mountPoint = Files.createDirectories(place).toRealPath();
    // JUnit's directories are closed to other users, whom some tests are about.
    Files.setPosixFilePermissions(
        mountPoint.getParent(), PosixFilePermissions.fromString("rwx--x--x"));
    String words = isRoot() ? "allow_other,dev,suid" : "nodev";
    List<String> arguments = new ArrayList<>(List.of("" + store, "" + mountPoint, words));
    arguments.addAll(List.of(storeOptions));
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    ForkedJvm server = ForkedJvm.start(MountServer.class, JVM, arguments, answers::add);
    MountedStore mounted = new MountedStore(server, answers, mountPoint);
    try {
      mounted.await("mounted");
      return mounted;
    } catch (AssertionError | InterruptedException e) {
      mounted.close();
      throw e;
    }
  }

  /** Whether this user may make device nodes and files of others, and let others in. */
  static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  Path root() {
    return mountPoint;
  }

  long pid() {
    return server.pid();
  }

  /** Has the serving process change the store by Java; see {@link MountServer}. */
  void change(String command) throws IOException, InterruptedException {
    server.send(command);
    await("done");
  }

  private void await(String expected) throws InterruptedException {
    String answer = null;
    for (int i = 0; answer == null && i < PATIENCE.toMillis() && server.isAlive(); i++) {
      answer = answers.poll(1, TimeUnit.MILLISECONDS);
    }
    if (answer == null) {
      answer = answers.poll();
    }
    assertThat(answer).as(server.stderr()).isEqualTo(expected);
  }

  /** Ends it as kill -9 does; what it had mounted stays, dead. */
  void kill() throws InterruptedException {
    server.kill();
  }

  /** Unmounts, commits, closes the store, ends the process: all without fault. */
  void end() throws IOException, InterruptedException {
    server.send("end");
    await("closed");
    assertThat(server.awaitExit(PATIENCE)).as(server.stderr()).isEqualTo(OptionalInt.of(0));
    assertThat(MountTable.read().at(mountPoint)).isEmpty();
  }

  /** Leaves neither process nor mount behind, whatever happened. */
  @Override
  public void close() throws IOException {
    server.close();
    if (MountTable.read().at(mountPoint).isPresent()) {
      try {
        new ProcessBuilder("fusermount3", "-u", "-z", mountPoint.toString()).start().waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
