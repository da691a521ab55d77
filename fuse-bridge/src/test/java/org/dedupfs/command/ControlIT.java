package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dedupfs.control.StoreHolder;
import org.dedupfs.fixtures.process.ForkedJvm;
import org.junit.jupiter.api.Test;

/** Verbs on a store that another process has open. */
final class ControlIT extends CommandFixture {
  private static final long PATIENCE_MINUTES = 10;

  /** A process that has the store open and answers. */
  private static final class Holder implements AutoCloseable {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final ForkedJvm jvm;

    Holder(Path store, boolean readOnly) throws Exception {
      jvm =
          ForkedJvm.start(
              StoreHolder.class,
              List.of("-Xmx256m"),
              List.of(store.toString(), Boolean.toString(readOnly)),
              lines::add);
      assertThat(lines.poll(PATIENCE_MINUTES, TimeUnit.MINUTES))
          .as(jvm.stderr())
          .isEqualTo("ready");
    }

    int connections() throws Exception {
      jvm.send("?");
      return Integer.parseInt(lines.poll(PATIENCE_MINUTES, TimeUnit.MINUTES));
    }

    void awaitNoConnections() throws Exception {
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
      while (connections() > 0) {
        assertThat(System.nanoTime()).as("connections are left").isLessThan(deadline);
      }
    }

    /** As an unmount does. */
    void end() throws Exception {
      jvm.send("end");
      assertThat(jvm.awaitExit(Duration.ofMinutes(PATIENCE_MINUTES))).as(jvm.stderr()).hasValue(0);
    }

    @Override
    public void close() {
      jvm.close();
    }
  }

  @Test
  void all_verbs_work_and_leave_what_they_would_leave_themselves() throws Exception {
    Path store = newStore();
    Path tree = oddTree();
    String listed;
    try (Holder holder = new Holder(store, false)) {
      run("mkdir", "-p", store, "/a/b").ends(ExitCode.DONE);
      run("import", store, tree, "--into", "/a/b").ends(ExitCode.DONE);
      assertThat(run("import", store, tree, "--into", "/a/b").ends(ExitCode.DONE).out())
          .contains("unchanged");
      run("cp", "-r", store, "/a/b/tree", "/copy").ends(ExitCode.DONE);
      run("mv", store, "/a", "/moved").ends(ExitCode.DONE);
      run("rm", "-r", "--yes", store, "/moved/b/tree/a").ends(ExitCode.DONE);
      assertThat(run("cat", store, "/copy/a/b/c/large").ends(ExitCode.DONE).out())
          .isEqualTo(new String(Files.readAllBytes(tree.resolve("a/b/c/large")), LATIN));
      run("export", store, "/copy", directory.resolve("out")).ends(ExitCode.DONE);
      assertEqualTrees(tree, directory.resolve("out"));
      assertThat(run("stats", "--json", store).ends(ExitCode.DONE).out())
          .startsWith("{\"files\":")
          .contains("\"dedupRatio\":", "\"activity\": {\"bytesRead\": ")
          .doesNotContain("\"bytesWritten\": 0,");
      assertThat(run("stats", store).ends(ExitCode.DONE).out())
          .contains("since it was mounted", "blocks in memory", "open files");
      run("gc", "--dry-run", store).ends(ExitCode.DONE);
      run("gc", store).ends(ExitCode.DONE);
      assertThat(run("check", store).ends(ExitCode.DONE).out()).contains("all is well");
      assertThat(run("scrub", store).ends(ExitCode.DONE).out()).contains("all is well");
      listed = run("ls", "--json", "-R", store).ends(ExitCode.DONE).out();
      assertThat(run("ls", "-lR", "--bytes", store).ends(ExitCode.DONE).out())
          .contains("large", "dangling -> ");
      holder.awaitNoConnections();
      holder.end();
    }
    assertThat(run("ls", "--json", "-R", store).ends(ExitCode.DONE).out()).isEqualTo(listed);
    run("export", store, "/copy", directory.resolve("later")).ends(ExitCode.DONE);
    assertEqualTrees(tree, directory.resolve("later"));
  }

  private static final java.nio.charset.Charset LATIN =
      java.nio.charset.StandardCharsets.ISO_8859_1;

  private List<List<Object>> failing(Path store) {
    Path missing = directory.resolve("missing");
    return List.of(
        List.of("ls", store, "/none"),
        List.of("ls", store, "none"),
        List.of("cat", store, "/dir"),
        List.of("cat", store, "/dir/none"),
        List.of("cat", store, "/file/below"),
        List.of("mv", store, "/none", "/x"),
        List.of("mv", store, "/file", "/dir/other"),
        List.of("mv", store, "/dir", "/dir/below"),
        List.of("mv", "--replace", store, "/file", "/full"),
        List.of("mkdir", store, "/dir"),
        List.of("mkdir", store, "/none/x"),
        List.of("mkdir", "-p", store, "/file"),
        List.of("mkdir", store, "/" + "n".repeat(256)),
        List.of("rm", store, "/dir"),
        List.of("rm", store, "/none"),
        List.of("rm", "-r", store, "/"),
        List.of("cp", store, "/dir", "/copy"),
        List.of("cp", "-r", store, "/dir", "/dir/x"),
        List.of("cp", store, "/file", "/dir/other"),
        List.of("import", store, missing),
        List.of("import", store, directory.resolve("in"), "--into", "/file"),
        List.of("export", store, "/none", missing),
        List.of("export", store, "/dir", directory.resolve("in")));
  }

  @Test
  void failures_have_the_messages_and_exit_codes_of_the_store_itself() throws Exception {
    Path store = newStore();
    write(Files.createDirectory(directory.resolve("in")).resolve("f"), 10, 1);
    write(directory.resolve("file"), 10, 1);
    write(directory.resolve("other"), 10, 1);
    run("import", store, directory.resolve("file")).ends(ExitCode.DONE);
    run("import", store, directory.resolve("other"), "--into", "/dir").ends(ExitCode.DONE);
    run("import", store, directory.resolve("other"), "--into", "/full/file").ends(ExitCode.DONE);
    List<Outcome> there = new ArrayList<>();
    try (Holder holder = new Holder(store, false)) {
      failing(store).forEach(line -> there.add(run(line.toArray())));
      holder.end();
    }
    int i = 0;
    for (List<Object> line : failing(store)) {
      Outcome here = run(line.toArray());
      assertThat(here.exitCode()).as(line.toString()).isNotZero();
      assertThat(there.get(i++)).as(line.toString()).isEqualTo(here);
    }
  }

  @Test
  void a_store_that_is_open_for_reading_only_stays_as_it_is() throws Exception {
    Path store = newStore();
    write(directory.resolve("file"), 10, 1);
    run("import", store, directory.resolve("file")).ends(ExitCode.DONE);
    write(directory.resolve("other"), 10, 1);
    String message = "the store is open for reading only";
    try (Holder holder = new Holder(store, true)) {
      for (List<Object> line :
          List.<List<Object>>of(
              List.of("mkdir", store, "/x"),
              List.of("mv", store, "/file", "/x"),
              List.of("cp", store, "/file", "/x"),
              List.of("rm", store, "/file"),
              List.of("gc", store),
              List.of("import", store, directory.resolve("other")),
              List.of("import", store, directory.resolve("file"), "--into", "/x"))) {
        run(line.toArray()).ends(ExitCode.FAILED).saysInOneLine(message);
      }
      assertThat(run("ls", store).ends(ExitCode.DONE).out().strip()).isEqualTo("file");
      holder.end();
    }
  }

  @Test
  void how_a_store_is_opened_cannot_be_said_any_more_once_it_is() throws Exception {
    Path store = newStore();
    try (Holder holder = new Holder(store, false)) {
      run("mkdir", "-o", "durability=none", store, "/x")
          .ends(ExitCode.USAGE)
          .saysInOneLine("-o durability", "process " + holder.jvm.pid());
      run("mkdir", "--memory", "128m", "--threads", "3", store, "/x").ends(ExitCode.DONE);
      run("create", store).ends(ExitCode.FAILED).saysInOneLine("is a store already");
    }
  }

  @Test
  void without_a_socket_the_holder_is_named() throws Exception {
    Path store = newStore();
    try (Holder holder = new Holder(store, false)) {
      Files.delete(store.resolve("control"));
      run("ls", store)
          .ends(ExitCode.IN_USE)
          .saysInOneLine("is open by process " + holder.jvm.pid());
    }
  }

  private Process start(Object... arguments) throws IOException {
    List<String> whole = new ArrayList<>(CommandIT.java());
    List.of(arguments).forEach(each -> whole.add(each.toString()));
    return new ProcessBuilder(whole)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("output").toFile())
        .start();
  }

  private int end(Process process) throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
    return process.exitValue();
  }

  /** Starts an import that is large enough to be met in the middle. */
  private Process startImport(Path store, Path tree) throws IOException {
    Files.createDirectory(tree);
    for (int i = 0; i < 2_000; i++) {
      write(tree.resolve("file " + i), 40_000, i);
    }
    Path log = directory.resolve("log");
    Process importing = start("import", "--log-file", log, store, tree);
    while (importing.isAlive() && (!Files.exists(log) || Files.size(log) == 0)) {
      Thread.onSpinWait();
    }
    return importing;
  }

  @Test
  void a_killed_client_leaves_nothing_open_and_nothing_in_the_way() throws Exception {
    Path store = newStore();
    Path tree = directory.resolve("tree");
    try (Holder holder = new Holder(store, false)) {
      Process importing = startImport(store, tree);
      importing.destroyForcibly();
      end(importing);
      holder.awaitNoConnections();
      run("import", store, tree).ends(ExitCode.DONE);
      assertThat(run("ls", store, "/tree").out().lines().filter(name -> name.endsWith(".part")))
          .isEmpty();
      run("export", store, "/tree", directory.resolve("out")).ends(ExitCode.DONE);
      assertEqualTrees(tree, directory.resolve("out"));
      holder.end();
    }
  }

  @Test
  void an_interrupted_client_says_so_and_the_store_stays_open() throws Exception {
    Path store = newStore();
    Path tree = directory.resolve("tree");
    try (Holder holder = new Holder(store, false)) {
      Process importing = startImport(store, tree);
      new ProcessBuilder("kill", "-INT", Long.toString(importing.pid())).start().waitFor();
      assertThat(end(importing))
          .as(Files.readString(directory.resolve("output")))
          .isEqualTo(ExitCode.INTERRUPTED.number());
      holder.awaitNoConnections();
      run("import", store, tree).ends(ExitCode.DONE);
      holder.end();
    }
  }

  @Test
  void a_client_says_that_the_process_with_the_store_was_killed() throws Exception {
    Path store = newStore();
    Path tree = directory.resolve("tree");
    long pid;
    Process importing;
    try (Holder holder = new Holder(store, false)) {
      pid = holder.jvm.pid();
      importing = startImport(store, tree);
      holder.jvm.kill();
    }
    int exitCode = end(importing);
    String output = Files.readString(directory.resolve("output"));
    assertThat(exitCode).as(output).isEqualTo(ExitCode.FAILED.number());
    assertThat(output).contains("process " + pid, "has ended or closed the connection");
    // A dead process's socket and lock are in nobody's way.
    run("import", store, tree).ends(ExitCode.DONE);
    run("export", store, "/tree", directory.resolve("out")).ends(ExitCode.DONE);
    assertEqualTrees(tree, directory.resolve("out"));
  }

  /** Even if the owner has let everybody in; permissions alone keep others out otherwise. */
  @Test
  void another_user_is_refused() throws Exception {
    assertThat(Files.isExecutable(Path.of("/usr/bin/setpriv")))
        .as("setpriv is needed: apt-get install util-linux")
        .isTrue();
    assertThat(System.getProperty("user.name"))
        .as("only root can become somebody else: run this test as root")
        .isEqualTo("root");
    Path store = newStore();
    try (Holder holder = new Holder(store, false)) {
      assertThat(connectAsNobody(store)).contains("Permission denied");
      Path above = store;
      while (above.getNameCount() > 1) {
        Files.setAttribute(above, "unix:mode", 0755);
        above = above.getParent();
      }
      assertThat(connectAsNobody(store)).contains("Permission denied");
      Files.setAttribute(store.resolve("control"), "unix:mode", 0666);
      // Two bytes each, see Outgoing.
      assertThat(connectAsNobody(store).replace("\0", "")).contains("this is another user's store");
      assertThat(holder.connections()).isZero();
      run("ls", store).ends(ExitCode.DONE);
    }
  }

  private static String connectAsNobody(Path store) throws Exception {
    String script =
        "socket(S, PF_UNIX, SOCK_STREAM, 0); connect(S, sockaddr_un($ARGV[0])) or die $!;"
            + " local $/; print scalar <S>";
    Process client =
        new ProcessBuilder(
                List.of(
                    "setpriv",
                    "--reuid=65534",
                    "--regid=65534",
                    "--clear-groups",
                    "perl",
                    "-MSocket",
                    "-e",
                    script,
                    store.resolve("control").toString()))
            .redirectErrorStream(true)
            .start();
    String said = new String(client.getInputStream().readAllBytes(), LATIN);
    client.waitFor();
    return said;
  }
}
