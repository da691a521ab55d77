package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.Test;

/** The command in processes of its own. */
final class CommandIT extends CommandFixture {
  private static final long PATIENCE_MINUTES = 10;

  static List<String> java(String... options) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
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
    assertThat(directory.resolve("output")).content().contains("are equal");
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
