package org.dedupfs.bridge.jnr;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The set-user-id program of the package fuse3 that unmounts for everybody what is theirs. Safe for
 * any number of threads.
 *
 * @param program where it is, absolute
 */
public record Fusermount(Path program) {
  /**
   * How a try ended.
   *
   * @param busy whether it may succeed later
   * @param reason one line, empty if it is unmounted
   */
  public record Outcome(boolean done, boolean busy, String reason) {
    static final Outcome DONE = new Outcome(true, false, "");
  }

  /** That of libfuse 2 or 3, which serve alike; empty where there is none. */
  public static Optional<Fusermount> find() {
    String directories = System.getenv().getOrDefault("PATH", "") + ":/usr/bin:/bin";
    return Stream.of("fusermount3", "fusermount")
        .flatMap(
            name ->
                Stream.of(directories.split(":", -1))
                    .filter(directory -> directory.startsWith("/"))
                    .map(directory -> Path.of(directory, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Fusermount::new);
  }

  /**
   * Tries once.
   *
   * @param lazily takes it out of sight even while it is in use
   * @param limit how long the program may take; it is then ended, and counts as busy
   * @throws IOException if the program cannot be started
   */
  public Outcome unmount(Path mountPoint, boolean lazily, Duration limit)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(program.toString(), "-u"));
    if (lazily) {
      line.add("-z");
    }
    line.add("--");
    line.add(mountPoint.toString());
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    builder.directory(Path.of("/").toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      process.destroyForcibly();
      return new Outcome(false, true, String.join(" ", line) + " does not end");
    }
    if (process.exitValue() == 0) {
      return Outcome.DONE;
    }
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .strip()
            .replace('\n', ' ');
    return new Outcome(false, said.toLowerCase(Locale.ROOT).contains("busy"), said);
  }
}
