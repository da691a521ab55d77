package org.dedupfs.mount;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dedupfs.bridge.jnr.MountException;

/** The set-user-id program of the package fuse3 that unmounts for everybody what is theirs. */
final class FusermountTool {
  private static final long PATIENCE_SECONDS = 60;

  private FusermountTool() {}

  /** Where it is; of libfuse 2 or 3, which serve alike. */
  static Optional<Path> find() {
    String directories = System.getenv().getOrDefault("PATH", "") + ":/usr/bin:/bin";
    return Stream.of("fusermount3", "fusermount")
        .flatMap(
            name ->
                Stream.of(directories.split(":", -1))
                    .filter(directory -> directory.startsWith("/"))
                    .map(directory -> Path.of(directory, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Unmounts.
   *
   * @throws MountException if that is not possible, {@link MountException#isBusy busy} or not
   */
  static void unmount(Path mountPoint) throws IOException, InterruptedException {
    run(mountPoint, "-u");
  }

  /** Takes a mount out of sight, whatever uses it. */
  static void detach(Path mountPoint) throws IOException, InterruptedException {
    run(mountPoint, "-u", "-z");
  }

  private static void run(Path mountPoint, String... options)
      throws IOException, InterruptedException {
    Path tool =
        find()
            .orElseThrow(
                () -> new MountException(FuseAvailability.missingFusermount(), false, null));
    List<String> line = new ArrayList<>(List.of(tool.toString()));
    line.addAll(List.of(options));
    line.add("--");
    line.add(mountPoint.toString());
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    builder.directory(Path.of("/").toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new MountException(String.join(" ", line) + " does not end", false, null);
    }
    if (process.exitValue() != 0) {
      boolean busy = said.toLowerCase(Locale.ROOT).contains("busy");
      throw new MountException("cannot unmount " + mountPoint + ": " + said.strip(), busy, null);
    }
  }
}
