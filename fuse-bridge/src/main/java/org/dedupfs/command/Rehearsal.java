package org.dedupfs.command;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the launcher runs once after a build, so that the JVM can archive the classes the verbs
 * need: later starts map them instead of loading them. It works on a small store in a temporary
 * directory, prints nothing and succeeds whatever the verbs do, for a start without an archive is
 * merely slower.
 */
final class Rehearsal {
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
        List.of("export", store, "/tree", stage.resolve("out").toString()));
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
