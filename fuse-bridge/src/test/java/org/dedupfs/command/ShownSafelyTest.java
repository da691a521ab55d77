package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.Test;

/** Names that would control a terminal, seen through every verb, in results, errors and logs. */
class ShownSafelyTest extends CommandFixture {
  /** ESC, the C1 CSI, BEL, DEL, a line, an override of direction, a separator, no UTF-8. */
  private static final String ENCODED =
      "x%1B%5B31m%C2%9B2J%07%7F%0Ay%E2%80%AEz%E2%80%A8%FF%1B%5D0;title%07";

  private Path oddIn(Path above) {
    return Path.of(URI.create(above.toUri() + ENCODED));
  }

  private static void assertHarmless(String what, String text) {
    // Outcomes have one character for each byte.
    String decoded = new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    for (String each : List.of(text, decoded)) {
      each.codePoints()
          .filter(c -> c != '\n')
          .forEach(
              c -> {
                boolean control = c < 0x20 || c == 0x7F;
                boolean reorders = each.equals(decoded) && (c >= 0x202A && c <= 0x202E);
                boolean c1 = each.equals(decoded) && c >= 0x80 && c <= 0x9F;
                assertThat(control || reorders || c1 || c == 0x2028)
                    .as("%s says U+%04X in: %s", what, c, each)
                    .isFalse();
              });
    }
  }

  private Outcome harmless(Object... line) {
    Outcome outcome = run(line);
    assertHarmless(List.of(line).get(0) + " on standard output", outcome.out());
    assertHarmless(List.of(line).get(0) + " on standard error", outcome.err());
    return outcome;
  }

  @Test
  void every_verb_shows_odd_names_so_that_they_control_nothing() throws IOException {
    Path store = newStore();
    Path tree = Files.createDirectories(directory.resolve("tree"));
    Path odd = Files.createDirectory(oddIn(tree));
    write(oddIn(odd), 200_000, 1);
    Files.createSymbolicLink(tree.resolve("link"), odd.getFileName());
    Path log = directory.resolve("log");
    String inside = org.dedupfs.transfer.HostSide.textOf(odd.getFileName());
    harmless("import", "-v", "--log-file", log, store, tree).ends(ExitCode.DONE);
    harmless("import", "-v", store, oddIn(directory)).ends(ExitCode.FAILED);
    harmless("ls", store, "/tree").ends(ExitCode.DONE);
    harmless("ls", "-l", "-R", store, "/").ends(ExitCode.DONE);
    harmless("ls", "--json", "-R", store, "/").ends(ExitCode.DONE);
    harmless("ls", store, "/tree/" + inside + "/none");
    harmless("cat", store, "/tree/" + inside);
    harmless("cat", store, "/none" + inside);
    harmless("cp", "-r", "-v", "--log-file", log, store, "/tree/" + inside, "/" + inside);
    harmless("cp", "-r", store, "/tree/" + inside, "/" + inside + "/" + inside + "/x");
    harmless("mv", store, "/" + inside, "/b" + inside);
    harmless("mv", store, "/none" + inside, "/b" + inside);
    harmless("mkdir", store, "/b" + inside);
    harmless("mkdir", store, "/none" + inside + "/y");
    harmless("rm", store, "/b" + inside);
    harmless("rm", "-r", "--yes", "-v", "--log-file", log, store, "/b" + inside);
    harmless("export", "-v", "--log-file", log, store, "/tree", directory.resolve("out"));
    harmless("export", store, "/tree", directory.resolve("out"));
    harmless("export", "--merge", "-v", store, "/tree/" + inside, directory.resolve("out"));
    harmless("create", oddIn(tree));
    harmless("stats", oddIn(tree));
    harmless("gc", oddIn(directory));
    harmless(inside, store);
    harmless("ls", "--" + inside, store);
    harmless("mount", oddIn(directory), directory.resolve("none"));
    harmless("umount", oddIn(directory));
    assertHarmless("the log file", Files.readString(log, StandardCharsets.ISO_8859_1));
    damage(store);
    for (String verb : List.of("scrub", "check")) {
      Outcome told = harmless(verb, store).ends(ExitCode.DAMAGED);
      assertThat(told.out()).contains("\\x1b");
      harmless(verb, "--json", store).ends(ExitCode.DAMAGED);
    }
    harmless("cat", store, "/tree/" + inside + "/" + inside).ends(ExitCode.DAMAGED);
    harmless("export", store, "/tree", directory.resolve("again")).ends(ExitCode.DAMAGED);
    harmless("repair", "--yes", store);
  }

  /** Bytes of blocks, so that files are damaged and named. */
  private static void damage(Path store) throws IOException {
    try (Stream<Path> files = Files.list(store.resolve("blocks"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".sst")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length > 100_000) {
          for (int i = 5_000; i < 100_000; i += 7_000) {
            bytes[i] ^= 0x55;
          }
          Files.write(file, bytes);
        }
      }
    }
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      assertThat(open.statistics().files()).isPositive();
    }
  }

  @Test
  void log_lines_and_stack_traces_are_harmless_too() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream shown = ShownStream.over(bytes)) {
      shown.println("a\u001b[31m b\tc \\ \u009b \u202e \u00e4");
      new IOException("/x\u001b]0;title\u0007\ny").printStackTrace(shown);
      shown.print("no end\u001b");
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(text.lines().findFirst())
        .hasValue("a\\x1b[31m b\tc \\ \\xc2\\x9b \\xe2\\x80\\xae \u00e4");
    assertThat(text).contains("\n\tat ", "/x\\x1b]0;title\\x07\n").endsWith("no end\\x1b");
    text.chars().filter(c -> c != '\n' && c != '\t').forEach(c -> assertThat(c).isGreaterThan(31));
  }
}
