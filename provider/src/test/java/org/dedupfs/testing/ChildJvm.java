package org.dedupfs.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A main class of the tests in a process of its own. */
public final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private ChildJvm(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts it.
   *
   * @param prefix a command that starts the command behind it, or nothing
   */
  public static ChildJvm start(List<String> prefix, Class<?> main, String... arguments)
      throws IOException {
    return start(prefix, List.of("-cp", System.getProperty("java.class.path")), main, arguments);
  }

  /**
   * Starts it.
   *
   * @param prefix a command that starts the command behind it, or nothing
   * @param options where classes come from
   */
  public static ChildJvm start(
      List<String> prefix, List<String> options, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx128m");
    command.add("-Djava.library.path=" + System.getProperty("java.library.path"));
    command.addAll(options);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return new ChildJvm(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  public long pid() {
    return process.pid();
  }

  /** The next line with this beginning, without it; fails when the output ends before. */
  public String await(String beginning) throws IOException {
    StringBuilder seen = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(beginning)) {
        return line.substring(beginning.length());
      }
      seen.append('\n').append(line);
    }
    throw new AssertionError("the child ended without '" + beginning + "':" + seen);
  }

  /** Kills it as {@code kill -9} does. */
  public void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        throw new AssertionError("process " + process.pid() + " does not end");
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while process " + process.pid() + " ends", e);
    }
  }

  @Override
  public void close() throws IOException {
    kill();
    output.close();
  }
}
