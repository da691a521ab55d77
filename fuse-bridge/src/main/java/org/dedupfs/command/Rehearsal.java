package org.dedupfs.command;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.dedupfs.DedupOptions;
import org.dedupfs.mount.MountLog;
import org.dedupfs.mount.MountRequest;
import org.dedupfs.mount.StoreMount;

/**
 * What the launcher runs once after a build, so that the JVM can archive the classes the verbs
 * need: later starts map them instead of loading them. It works on a small store in a temporary
 * directory, prints nothing and succeeds whatever the verbs do, for a start without an archive is
 * merely slower.
 */
final class Rehearsal {
  private static final String USE =
      "cd \"$1\"; ls -la; mkdir d; echo text > d/f; cat d/f; ln -s f d/l; mv d/f d/g; chmod 600"
          + " d/g; rm -r d";

  private Rehearsal() {}

  static void run() throws IOException {
    Path stage = Files.createTempDirectory("dedupfs-rehearsal");
    try {
      Path tree = Files.createDirectories(stage.resolve("tree/directory"));
      Files.writeString(tree.resolve("file"), "to be or not to be\n".repeat(20_000));
      Files.createSymbolicLink(tree.resolve("link"), Path.of("file"));
      for (List<String> line : script(stage)) {
        perform(line);
      }
      mount(stage);
    } finally {
      delete(stage);
    }
  }

  private static List<List<String>> script(Path stage) {
    String store = stage.resolve("store").toString();
    String tree = stage.resolve("tree").toString();
    return List.of(
        List.of("--version"),
        List.of("--help"),
        List.of("create", store),
        List.of("import", store, tree),
        List.of("ls", store, "/"),
        List.of("stats", store),
        List.of("stats", "--json", store),
        List.of("gc", store),
        List.of("check", store),
        List.of("scrub", store),
        List.of("repair", "--yes", store),
        List.of("export", store, "/tree", stage.resolve("out").toString()));
  }

  /** Where FUSE is available: serves a mount that another process uses for a moment. */
  private static void mount(Path stage) throws IOException {
    Path place = Files.createDirectory(stage.resolve("mnt"));
    MountRequest request =
        new MountRequest(
            stage.resolve("store").toRealPath(),
            place.toRealPath(),
            DedupOptions.defaults(),
            List.of(),
            2);
    StoreMount mount = new StoreMount(request, StatsCommand::json, new NoLog());
    try {
      mount.serve(
          () -> {
            use(place);
            mount.stop();
          });
    } catch (IOException e) {
      // No FUSE here; a start without it is no mount anyway.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void use(Path place) {
    try {
      new ProcessBuilder("timeout", "10", "sh", "-c", USE, "sh", place.toString())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class NoLog implements MountLog {
    @Override
    public void note(String line) {}

    @Override
    public void warn(String line) {}
  }

  private static void perform(List<String> line) {
    if (!line.get(0).startsWith("-") && !Verbs.contains(line.get(0))) {
      return;
    }
    OutputStream nowhere = OutputStream.nullOutputStream();
    Output out = new Output(nowhere, StandardCharsets.UTF_8);
    Main.run(
        out, new PrintWriter(nowhere, true, StandardCharsets.UTF_8), line.toArray(String[]::new));
  }

  private static void delete(Path stage) throws IOException {
    try (Stream<Path> found = Files.walk(stage)) {
      for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
