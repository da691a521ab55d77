package org.dedupfs.bridge.jnr;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dedupfs.fixtures.process.ForkedJvm;
import org.dedupfs.host.MountEntry;
import org.dedupfs.host.MountTable;

/** A {@link MountHost} in a process of its own; its mount is gone when this is closed. */
final class MountChild implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path where;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final ForkedJvm jvm;
  private final String firstLine;
  private final String device;

  private MountChild(Path where, List<String> flags, List<String> options)
      throws IOException, InterruptedException {
    this.where = where;
    List<String> arguments = new ArrayList<>(List.of(where.toString()));
    arguments.addAll(options);
    List<String> all = new ArrayList<>(List.of("-Xmx128m"));
    all.addAll(flags);
    this.jvm = ForkedJvm.start(MountHost.class, all, arguments, lines::add);
    this.firstLine = next();
    boolean mounted = firstLine.startsWith("mounted ");
    this.device = mounted ? MountTable.read().at(where).map(MountEntry::device).orElse("") : "";
  }

  /** Mounts at {@code where}, which is made. */
  static MountChild mount(Path where, String... options) throws IOException, InterruptedException {
    Files.createDirectories(where);
    MountChild child = tryToMount(where, options);
    if (!child.firstLine.startsWith("mounted ")) {
      child.close();
      throw new IOException(child.firstLine + "\n" + child.stderr());
    }
    return child;
  }

  /** As {@link #mount} but gives what was said, mounted or not. */
  static MountChild tryToMount(Path where, String... options)
      throws IOException, InterruptedException {
    return new MountChild(where, List.of(), List.of(options));
  }

  String firstLine() {
    return firstLine;
  }

  Path path(String name) {
    return where.resolve(name);
  }

  long pid() {
    return jvm.pid();
  }

  String stderr() {
    return jvm.stderr();
  }

  /** Sends a command and waits for its answer. */
  String ask(String command) throws IOException, InterruptedException {
    jvm.send(command);
    return next();
  }

  void send(String command) throws IOException {
    jvm.send(command);
  }

  String next() throws InterruptedException {
    String line = lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    return line == null ? "no answer; " + jvm.stderr() : line;
  }

  int awaitExit() throws InterruptedException {
    return jvm.awaitExit(PATIENCE).orElseThrow(() -> new IllegalStateException("does not end"));
  }

  /** How often something that matches was heard. */
  int heard(String pattern) throws IOException, InterruptedException {
    return Integer.parseInt(ask("heard " + pattern).split(" ", -1)[1]);
  }

  @Override
  public void close() throws IOException {
    // The dead first: a mount whose process is gone can only be detached.
    jvm.close();
    try {
      unmount();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted; still to do: fusermount3 -u -z " + where, e);
    }
  }

  /** What is still there of this mount, and no other that was made at the same place. */
  private void unmount() throws IOException, InterruptedException {
    if (MountTable.read().at(where).filter(top -> top.device().equals(device)).isPresent()) {
      run("fusermount3", "-u", "-z", where.toString());
    }
  }

  /** Runs a program of the host; its output. */
  static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(List.of(command) + ": " + output);
    }
    return output;
  }
}
