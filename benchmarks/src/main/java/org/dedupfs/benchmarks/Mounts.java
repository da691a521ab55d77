package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.dedupfs.benchmarks.report.RunReport.Skipped;
import org.dedupfs.command.Main;
import org.dedupfs.mount.FuseAvailability;
import org.jspecify.annotations.Nullable;

/**
 * What is mounted for the benchmark, each by a process of its own: a store, nothing on the same
 * bridge, and bindfs over the same disk where it is installed. For one thread.
 */
final class Mounts implements AutoCloseable {
  /** What serves a mount, and as which contender. */
  record Mounted(String name, boolean baseline, ServingProgram program) {
    Place place() {
      return Place.mounted(name, baseline, program);
    }
  }

  /** Bindfs without caches, as a store is mounted: what ours is measured against. */
  static final String UNCACHED = "bindfs, caches off";

  static final String CACHED = "bindfs";
  static final String NOTHING = "null file system";

  private final Path directory;
  private final Deque<ServingProgram> running = new ArrayDeque<>();
  private final List<Skipped> missing = new ArrayList<>();
  private @Nullable Mounted ours;
  private @Nullable Mounted nothing;
  private @Nullable Mounted uncached;
  private @Nullable Mounted cached;

  private Mounts(Path directory) {
    this.directory = directory;
  }

  /**
   * Mounts all.
   *
   * @param directory a real path, on the disk that is measured
   * @throws IOException if mounting is not possible; nothing is mounted then
   */
  static Mounts start(Path directory) throws IOException, InterruptedException {
    FuseAvailability.check();
    Mounts mounts = new Mounts(directory);
    boolean complete = false;
    try {
      mounts.mountAll();
      complete = true;
      return mounts;
    } finally {
      if (!complete) {
        mounts.close();
      }
    }
  }

  private void mountAll() throws IOException, InterruptedException {
    Path store = directory.resolve("mounted-store");
    Stores.create(store).close();
    ours =
        serve(
            Contender.OURS,
            false,
            Stream.concat(command(), Stream.of("mount", "--foreground", store)));
    nothing = serve(NOTHING, true, java(NullMount.class));
    Path bindfs;
    try {
      bindfs = ServingProgram.find("bindfs", "bindfs");
    } catch (IOException e) {
      missing.add(new Skipped("bindfs, beside the mount", String.valueOf(e.getMessage())));
      return;
    }
    uncached =
        serve(
            UNCACHED,
            true,
            Stream.of(
                bindfs, "-f", "-o", "attr_timeout=0,entry_timeout=0", place("behind-uncached")));
    cached = serve(CACHED, true, Stream.of(bindfs, "-f", place("behind-cached")));
  }

  /** The store, served as {@code dedupfs mount} serves it. */
  Mounted ours() {
    return present(ours);
  }

  /** The same bridge with nothing behind it. */
  Mounted nothing() {
    return present(nothing);
  }

  /** The two of bindfs, without and with caches; empty where it is not installed. */
  List<Mounted> bindfs() {
    return uncached == null || cached == null ? List.of() : List.of(uncached, cached);
  }

  /** What is not there that should be. */
  List<Skipped> missing() {
    return List.copyOf(missing);
  }

  private static Mounted present(@Nullable Mounted mounted) {
    if (mounted == null) {
      throw new IllegalStateException("not mounted");
    }
    return mounted;
  }

  private Path place(String name) throws IOException {
    return Files.createDirectory(directory.resolve(name));
  }

  /** By the launcher, so that it is what a user gets; without one as this process runs. */
  private static Stream<?> command() {
    String launcher = System.getProperty("dedupfs.launcher");
    return launcher != null ? Stream.of(launcher) : java(Main.class);
  }

  private static Stream<String> java(Class<?> program) {
    List<String> line = LauncherEnvironment.java();
    line.add(1, "-XX:+ExitOnOutOfMemoryError"); // as the launcher starts a mount
    line.add(program.getName());
    return line.stream();
  }

  private Mounted serve(String name, boolean baseline, Stream<?> line)
      throws IOException, InterruptedException {
    Path mountPoint = place("mount" + running.size());
    Path log = directory.resolve("mount" + running.size() + ".log");
    List<String> words = Stream.concat(line, Stream.of(mountPoint)).map(Object::toString).toList();
    ServingProgram program =
        ServingProgram.start(words, LauncherEnvironment.VARIABLES, mountPoint, log);
    running.push(program);
    return new Mounted(name, baseline, program);
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
