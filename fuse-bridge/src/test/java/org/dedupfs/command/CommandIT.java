package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.fixtures.Prerequisites;
import org.dedupfs.host.HostPath;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command in processes of its own. */
final class CommandIT extends CommandFixture {
  private static final long PATIENCE_MINUTES = 10;
  private static final String LATIN = "en_US.ISO-8859-1";

  /** A locale that hosts of today rarely have. */
  @TempDir static Path locales;

  @BeforeAll
  static void makeLocale() throws Exception {
    Outcome outcome =
        runApart(List.of("localedef", "-i", "en_US", "-f", "ISO-8859-1"), locales.resolve(LATIN));
    assertThat(outcome.exitCode()).as("%s; try: apt-get install locales", outcome.err()).isZero();
  }

  private static List<String> in(String locale) {
    return List.of("env", "LOCPATH=" + (locale.equals(LATIN) ? locales : ""), "LC_ALL=" + locale);
  }

  static List<String> java(String... options) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // A verb takes half the CPU with these.
    line.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    line.add("-Djava.library.path=" + System.getProperty("java.library.path"));
    line.addAll(List.of(options));
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    return line;
  }

  private Process start(List<String> line, Object... arguments) throws IOException {
    List<String> whole = new ArrayList<>(line);
    for (Object argument : arguments) {
      whole.add(argument.toString());
    }
    return new ProcessBuilder(whole)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("output").toFile())
        .start();
  }

  private int end(Process process) throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
    return process.exitValue();
  }

  @Test
  void the_launcher_runs_the_demonstration_and_leaves_nothing_behind() throws Exception {
    Path launcher = Path.of("..", "dedupfs").toRealPath();
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Path tree = oddTree();
    ProcessBuilder demo = new ProcessBuilder(launcher.toString(), "demo", tree.toString());
    demo.environment().put("DEDUPFS_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);
    demo.redirectErrorStream(true).redirectOutput(directory.resolve("output").toFile());
    assertThat(end(demo.start()))
        .as(Files.readString(directory.resolve("output")))
        .isEqualTo(ExitCode.DONE.number());
    assertThat(directory.resolve("output"))
        .content()
        .contains("times and links are equal", "through the mount: both copies are equal");
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void an_interrupted_import_leaves_whole_files_and_is_resumed() throws Exception {
    Path store = newStore();
    Path tree = Files.createDirectory(directory.resolve("tree"));
    for (int i = 0; i < 3_000; i++) {
      write(tree.resolve("file " + i), 40_000, i);
    }
    Path log = directory.resolve("log");
    Process importing = start(java(), "import", "--log-file", log, store, tree);
    while (importing.isAlive() && (!Files.exists(log) || Files.size(log) == 0)) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    new ProcessBuilder("kill", "-INT", Long.toString(importing.pid())).start().waitFor();
    int exitCode = end(importing);
    String output = Files.readString(directory.resolve("output"));
    assertThat(exitCode).as(output).isEqualTo(ExitCode.INTERRUPTED.number());
    assertThat(output).contains("the same command does the rest");
    assertWholeFiles(store, tree);
    run("import", store, tree).ends(ExitCode.DONE);
    run("export", store, "/tree", directory.resolve("copy")).ends(ExitCode.DONE);
    assertEqualTrees(tree, directory.resolve("copy"));
  }

  /** Fewer than all, none in part, and no temporary names. */
  private static void assertWholeFiles(Path store, Path tree) throws IOException {
    int found = 0;
    try (DedupFileSystem open = DedupFileSystems.open(store);
        DirectoryStream<Path> files = Files.newDirectoryStream(open.getPath("/tree"))) {
      for (Path file : files) {
        assertThat(Files.mismatch(tree.resolve(file.getFileName().toString()), file)).isEqualTo(-1);
        found++;
      }
    }
    assertThat(found).isLessThan(3_000);
  }

  @Test
  void a_killed_import_is_resumed_and_leaves_no_temporary_names() throws Exception {
    Path store = newStore();
    Path tree = Files.createDirectory(directory.resolve("tree"));
    for (int i = 0; i < 1_000; i++) {
      write(tree.resolve("file " + i), 40_000, i);
    }
    Path log = directory.resolve("log");
    Process importing =
        start(java(), "import", "--log-file", log, "-o", "commitInterval=10ms", store, tree);
    while (importing.isAlive() && (!Files.exists(log) || Files.size(log) == 0)) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    importing.destroyForcibly();
    end(importing);
    run("import", store, tree).ends(ExitCode.DONE);
    run("export", store, "/tree", directory.resolve("copy")).ends(ExitCode.DONE);
    assertEqualTrees(tree, directory.resolve("copy"));
  }

  @Test
  void names_that_the_locale_cannot_express_survive() throws Exception {
    Path tree = oddTree();
    Path store = directory.resolve("store");
    List<String> line = new ArrayList<>(List.of("env", "LC_ALL=C"));
    line.addAll(java());
    assertThat(end(start(line, "create", store))).isZero();
    assertThat(end(start(line, "import", store, tree))).isZero();
    assertThat(end(start(line, "export", store, "/tree", directory.resolve("copy")))).isZero();
    assertEqualTrees(tree, directory.resolve("copy"));
  }

  /** Every name of one byte, and some of more. */
  private static SortedSet<String> allNames() {
    SortedSet<String> names = new TreeSet<>();
    for (int b = 1; b < 256; b++) {
      if (b != '/') {
        names.add("x" + (char) b);
        if (b != '.') {
          names.add("" + (char) b);
        }
      }
    }
    names.addAll(
        List.of("...", "\u00c3\u00a4", "\u00ed\u00a0\u0080", "\u00f0\u009f\u0098\u0080", " "));
    return names;
  }

  private static SortedSet<String> names(Path host) throws IOException {
    SortedSet<String> names = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(host)) {
      for (Path file : files) {
        byte[] name = HostPath.toBytes(file.getFileName());
        names.add(new String(name, StandardCharsets.ISO_8859_1));
      }
    }
    return names;
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "C.UTF-8", LATIN})
  void all_bytes_are_names_in_any_locale(String locale) throws Exception {
    Path tree = Files.createDirectory(directory.resolve("tree"));
    for (String name : allNames()) {
      Path file = HostPath.of(name.getBytes(StandardCharsets.ISO_8859_1));
      Files.write(tree.resolve(file), name.getBytes(StandardCharsets.ISO_8859_1));
    }
    Path store = directory.resolve("store");
    Path copy = directory.resolve("copy");
    List<String> command = new ArrayList<>(in(locale));
    command.addAll(java());
    runApart(command, "create", store).ends(ExitCode.DONE);
    runApart(command, "import", store, tree).ends(ExitCode.DONE);
    Outcome json = runApart(command, "ls", "--json", store, "/tree").ends(ExitCode.DONE);
    SortedSet<String> listed = new TreeSet<>();
    Matcher exact = Pattern.compile("\"pathBase64\": \"([^\"]*)\"").matcher(json.out());
    while (exact.find()) {
      byte[] path = Base64.getDecoder().decode(exact.group(1));
      listed.add(new String(path, StandardCharsets.ISO_8859_1).substring("/tree/".length()));
    }
    assertThat(listed).isEqualTo(allNames());
    Outcome shown = runApart(command, "ls", store, "/tree").ends(ExitCode.DONE);
    assertThat(shown.out().lines().distinct()).hasSize(allNames().size());
    runApart(command, "export", store, "/tree", copy).ends(ExitCode.DONE);
    assertThat(names(copy)).isEqualTo(allNames());
    assertEqualTrees(tree, copy);
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "C.UTF-8", LATIN})
  void arguments_of_any_bytes_arrive(String locale) throws Exception {
    // Java cannot even start in a directory that the C locale cannot express; the launcher knows.
    byte[] here = locale.equals("C") ? new byte[] {'w'} : new byte[] {-1, -28, 'w'};
    Path work = Files.createDirectory(directory.resolve(HostPath.of(here)));
    Files.writeString(work.resolve(HostPath.of(new byte[] {-61, -92, -1, '@'})), "odd");
    List<String> script = new ArrayList<>(in(locale));
    script.addAll(List.of("sh", "-ec"));
    script.add(
        "cd \"$1\"/*w; shift; name=$(printf '\\303\\244\\377@'); dir=$(printf '/\\376');"
            + " \"$@\" create ../store;"
            + " \"$@\" import -q ../store \"$name\" --into \"$dir\";"
            + " \"$@\" cp ../store \"$dir/$name\" \"/a $name\";"
            + " test \"$(\"$@\" cat ../store \"/a $name\")\" = odd;"
            + " \"$@\" export -q ../store \"$dir\" \"to$name\";"
            + " cmp \"$name\" \"to$name/$name\"");
    script.add("sh");
    script.add(directory.toString());
    runApart(script, java().toArray()).ends(ExitCode.DONE);
  }

  @Test
  void the_launcher_serves_any_locale() throws Exception {
    Path launcher = Path.of("..", "dedupfs").toRealPath();
    // Builds if it must, and says so.
    runApart(List.of(launcher.toString()), "--version").ends(ExitCode.DONE);
    Path store = newStore();
    for (String locale : List.of("C", "C.UTF-8", "no_SUCH.ISO-8859-1", "")) {
      String script = "name=$(printf '/\\344'); \"$1\" mkdir -p \"$2\" \"$name\"; \"$1\" ls \"$2\"";
      Outcome outcome =
          runApart(List.of("env", "LC_ALL=" + locale, "sh", "-ec", script, "sh"), launcher, store);
      assertThat(outcome.ends(ExitCode.DONE).out()).isEqualTo("\\xe4\n");
      assertThat(outcome.err()).isEmpty();
    }
  }

  @Test
  void a_terminal_shows_colours_unless_it_is_told_not_to() throws Exception {
    Path store = newStore();
    assertThat(shown("TERM=xterm", "check", store)).contains("\u001b[1;32mall is well");
    assertThat(shown("TERM=xterm", "ls", store, "/none")).contains("\u001b[1;31mdedupfs:");
    assertThat(shown("TERM=xterm", "--help")).contains("\u001b[1mimport");
    for (String plain : List.of("NO_COLOR=1", "TERM=dumb")) {
      assertThat(shown(plain, "check", store)).contains("all is well").doesNotContain("\u001b[1");
      assertThat(shown(plain, "ls", store, "/none"))
          .contains("dedupfs:")
          .doesNotContain("\u001b[1");
    }
  }

  @Test
  void a_file_gets_no_colours_though_a_terminal_shows_the_rest() throws Exception {
    Path store = newStore();
    Path file = directory.resolve("written");
    assertThat(shownBut(" 2> '" + file + "'", "TERM=xterm", "ls")).isEmpty();
    assertThat(file).content().contains("Usage: dedupfs ls", "--help").doesNotContain("\u001b");
    assertThat(shown("TERM=xterm", "ls")).contains("Usage: \u001b[1mdedupfs ls");
    assertThat(shownBut(" > '" + file + "'", "TERM=xterm", "check", store)).isNotNull();
    assertThat(file).content().contains("all is well").doesNotContain("\u001b");
  }

  /** What a terminal gets to show. */
  private String shown(String environment, Object... arguments) throws Exception {
    return shownBut("", environment, arguments);
  }

  /** The same, but for what a shell sends elsewhere. */
  private String shownBut(String redirection, String environment, Object... arguments)
      throws Exception {
    List<String> line = new ArrayList<>(List.of("env", "TERM=xterm", environment));
    line.addAll(java());
    List.of(arguments).forEach(each -> line.add(each.toString()));
    String command = "'" + String.join("' '", line) + "'" + redirection;
    return runApart(List.of("script", "-qec", command, "/dev/null")).out();
  }

  /** Runs on a terminal that {@code script} makes; gives the exit code. */
  private int answer(String typed, Object... arguments) throws Exception {
    List<String> line = new ArrayList<>(java());
    for (Object argument : arguments) {
      line.add(argument.toString());
    }
    Path input = Files.writeString(directory.resolve("typed"), typed);
    Process process =
        new ProcessBuilder("script", "-qec", "'" + String.join("' '", line) + "'", "/dev/null")
            .redirectInput(input.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    return end(process);
  }

  @Test
  void rm_of_a_directory_asks_on_a_terminal_unless_told_not_to() throws Exception {
    if (!Files.isExecutable(Path.of("/usr/bin/script"))) {
      throw Prerequisites.notInstalled("script", "bsdutils");
    }
    Path store = newStore();
    run("mkdir", "-p", store, "/d/e", "/f").ends(ExitCode.DONE);
    assertThat(answer("n\n", "rm", "-r", store, "/d")).isEqualTo(ExitCode.FAILED.number());
    assertThat(directory.resolve("output"))
        .content()
        .contains("Remove /d: 0 files, 0 B? [y/N]", "nothing was removed");
    assertThat(run("ls", store).out().lines()).containsExactly("d", "f");
    assertThat(answer("y\n", "rm", "-r", store, "/d")).isZero();
    assertThat(run("ls", store).out().lines()).containsExactly("f");
    assertThat(answer("", "rm", "-r", "--yes", store, "/f")).isZero();
    assertThat(directory.resolve("output")).content().doesNotContain("[y/N]");
    assertThat(run("ls", store).out()).isEmpty();
  }

  @Test
  void a_store_that_is_open_in_another_process_says_where() throws Exception {
    Path store = newStore();
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      assertThat(end(start(java(), "gc", open.storeDirectory())))
          .isEqualTo(ExitCode.IN_USE.number());
    }
    String pid = Long.toString(ProcessHandle.current().pid());
    assertThat(directory.resolve("output")).content().contains(pid);
  }
}
