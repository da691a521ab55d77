package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.dedupfs.host.MountTable;

/**
 * A program that serves a mount for as long as it runs, in a session of its own, so that Ctrl-C
 * does not end it before what uses the mount. For one thread.
 */
final class ServingProgram implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 300;
  private static final long PAUSE_MILLIS = 5;
  private static final int UNMOUNT_ATTEMPTS = 200;

  private final Process process;
  private final Path mountPoint;
  private final Path log;

  private ServingProgram(Process process, Path mountPoint, Path log) {
    this.process = process;
    this.mountPoint = mountPoint;
    this.log = log;
  }

  /**
   * Starts it and waits until something is mounted.
   *
   * @param mountPoint an empty directory, without links in its path
   * @param log gets what it says
   * @throws IOException if it ends instead, with what it said
   */
  static ServingProgram start(
      List<String> line, Map<String, String> environment, Path mountPoint, Path log)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(find("setsid", "util-linux").toString()));
    words.addAll(line);
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.redirectOutput(log.toFile()).start();
    ServingProgram program = new ServingProgram(process, mountPoint, log);
    boolean mounted = false;
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (!program.isMounted()) {
        if (process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
          throw new IOException(line + " has mounted nothing:\n" + Files.readString(log));
        }
      }
      mounted = true;
      return program;
    } finally {
      if (!mounted) {
        process.destroyForcibly().waitFor();
        program.detach();
      }
    }
  }

  Path mountPoint() {
    return mountPoint;
  }

  long pid() {
    return process.pid();
  }

  /** What all its threads use. */
  CpuClock cpu() {
    return CpuClock.of(process.pid());
  }

  private boolean isMounted() throws IOException {
    return MountTable.read().at(mountPoint).isPresent();
  }

  /**
   * Unmounts and waits for the end. When this returns, even with an exception, nothing is mounted.
   *
   * @throws IOException if the program did not end in order
   */
  @Override
  public void close() throws IOException {
    try {
      for (int i = 0; i < UNMOUNT_ATTEMPTS && isMounted(); i++) {
        if (fusermount("-u") != 0) {
          TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS); // Files are closed after close(2) returns.
        }
      }
      if (!isMounted() && process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        if (process.exitValue() != 0) {
          throw new IOException("exit code " + process.exitValue() + ": " + Files.readString(log));
        }
        return;
      }
      throw new IOException(mountPoint + " is still in use");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while it was unmounted", e);
    } finally {
      process.destroyForcibly();
      detach();
    }
  }

  private void detach() throws IOException {
    if (isMounted()) {
      try {
        int unused = fusermount("-u", "-z");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private int fusermount(String... options) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(find("fusermount3", "fuse3").toString()));
    line.addAll(List.of(options));
    line.add("--");
    line.add(mountPoint.toString());
    return new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  /**
   * Where a program of a Debian package is.
   *
   * @throws IOException if it is missing; the message says how to get it
   */
  static Path find(String name, String packageName) throws IOException {
    for (String directory : (System.getenv("PATH") + ":/usr/bin:/bin").split(":", -1)) {
      Path program = Path.of(directory, name);
      if (program.isAbsolute() && Files.isExecutable(program)) {
        return program;
      }
    }
    throw new IOException(
        "there is no " + name + " on the PATH; run as root: apt-get install " + packageName);
  }
}
