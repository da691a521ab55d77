package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.dedupfs.host.MountTable;

/** A program that serves a mount for as long as it runs. For one thread. */
final class ServingProgram implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 300;
  private static final long PAUSE_MILLIS = 5;
  private static final int UNMOUNT_ATTEMPTS = 200;

  /** Of the kernel's counters, on all of Linux. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int STAT_USER_TIME = 11;

  private final Process process;
  private final Path mountPoint;
  private final Path log;

  /** For the end of this process by a signal, which closes nothing. */
  private final Thread atExit = new Thread(this::abandon);

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
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.redirectOutput(log.toFile()).start();
    ServingProgram program = new ServingProgram(process, mountPoint, log);
    Runtime.getRuntime().addShutdownHook(program.atExit);
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
        program.forgetExit();
      }
    }
  }

  Path mountPoint() {
    return mountPoint;
  }

  private boolean isMounted() throws IOException {
    return MountTable.read().at(mountPoint).isPresent();
  }

  /** CPU seconds of all its threads so far. */
  double cpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc", "" + process.pid(), "stat"));
    // The name of the program, in parentheses, may hold anything.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[STAT_USER_TIME]) + Long.parseLong(fields[STAT_USER_TIME + 1]))
        / TICKS_PER_SECOND;
  }

  /** The most memory that was ever resident. */
  long peakResidentMib() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", "" + process.pid(), "status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) >> 10;
      }
    }
    throw new IOException("no VmHWM of process " + process.pid() + ", has it ended?");
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
      forgetExit();
    }
  }

  private void forgetExit() {
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return; // It is running.
    }
  }

  private void abandon() {
    process.destroyForcibly();
    try {
      detach();
    } catch (IOException e) {
      System.err.println(mountPoint + " is still mounted: " + e.getMessage());
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
