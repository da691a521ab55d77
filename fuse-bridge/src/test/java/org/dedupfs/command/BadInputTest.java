package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.fixtures.Prerequisites;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One line that says what happened and what to do, and the right exit code. */
final class BadInputTest extends CommandFixture {
  @Test
  void an_unknown_option_of_a_store() {
    Path store = newStore();
    run("stats", "-o", "chuncking=cdc:64k", store)
        .ends(ExitCode.USAGE)
        .saysInOneLine("'chuncking'", "chunking");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--chunking=cdc:1",
        "--chunking=64k",
        "--hash=MD5",
        "--hash=none",
        "--compression=zstd:20",
        "--memory=1M",
        "--threads=0"
      })
  void a_value_out_of_range(String option) {
    Path store = directory.resolve("store");
    String value = option.substring(option.indexOf('=') + 1);
    run("create", option, store).ends(ExitCode.USAGE).saysInOneLine("'" + value + "'", "allowed");
    assertThat(store).doesNotExist();
  }

  @Test
  void of_two_that_say_the_same_the_option_of_its_own_counts() {
    Path store = newStore();
    run("stats", "-o", "memory=1k", "--memory", "64m", "-o", "threads=0", "--threads", 2, store)
        .ends(ExitCode.USAGE)
        .saysInOneLine("memory", "'1k'");
    run("stats", "-o", "memory=64m", "--memory", "1k", store)
        .ends(ExitCode.USAGE)
        .saysInOneLine("memory", "'1k'");
    run("stats", "-o", "memory=64m", "--memory", "128m", "--threads", 2, store).ends(ExitCode.DONE);
  }

  @Test
  void an_option_that_was_fixed_when_the_store_was_made() {
    Path store = newStore();
    run("stats", "-o", "chunking=fixed:128k", store)
        .ends(ExitCode.USAGE)
        .saysInOneLine("chunking=cdc:64k", "fixed");
  }

  @Test
  void a_malformed_uri_shows_a_right_one() {
    Outcome outcome = run("stats", "dedup:relative/store").ends(ExitCode.USAGE);
    assertThat(outcome.err()).contains("dedup:file:///srv/store!/a/b%20c");
  }

  @Test
  void a_directory_that_is_missing_empty_or_no_store() throws IOException {
    Path missing = directory.resolve("missing");
    run("stats", missing).ends(ExitCode.FAILED).saysInOneLine("missing", "dedupfs create");
    Path empty = Files.createDirectory(directory.resolve("empty"));
    run("ls", empty).ends(ExitCode.FAILED).saysInOneLine("dedupfs create");
    Path other = Files.createDirectory(directory.resolve("other"));
    Files.writeString(other.resolve("file"), "mine");
    run("import", other, empty).ends(ExitCode.FAILED).saysInOneLine("not a store");
    run("create", other).ends(ExitCode.FAILED).saysInOneLine("not empty");
    assertThat(other).isDirectoryContaining(path -> path.endsWith("file"));
    run("gc", other.resolve("file")).ends(ExitCode.FAILED).saysInOneLine("not a directory");
  }

  @Test
  void a_store_is_not_made_twice() {
    Path store = newStore();
    run("create", store).ends(ExitCode.FAILED).saysInOneLine("is a store already");
  }

  @Test
  void a_store_that_is_open_in_this_process() throws IOException {
    Path store = newStore();
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      assertThat(open.isOpen()).isTrue();
      run("stats", store).ends(ExitCode.IN_USE).saysInOneLine("open in this process");
    }
    run("stats", store).ends(ExitCode.DONE);
  }

  @Test
  void damaged_metadata() throws IOException {
    Path store = filled();
    try (RandomAccessFile file =
        new RandomAccessFile(store.resolve("metadata.sqlite").toFile(), "rw")) {
      file.write(new byte[200]);
    }
    run("ls", store).ends(ExitCode.DAMAGED).saysInOneLine("metadata");
  }

  @Test
  void missing_metadata_and_missing_blocks() throws IOException {
    Path store = filled();
    Files.move(store.resolve("metadata.sqlite"), directory.resolve("kept"));
    run("ls", store).ends(ExitCode.DAMAGED).saysInOneLine("metadata.sqlite");
    Files.move(directory.resolve("kept"), store.resolve("metadata.sqlite"));
    Files.move(store.resolve("blocks"), directory.resolve("blocks"));
    run("ls", store).ends(ExitCode.DAMAGED).saysInOneLine("blocks");
    Files.move(directory.resolve("blocks"), store.resolve("blocks"));
    run("export", store, "/file", directory.resolve("copy")).ends(ExitCode.DONE);
    assertThat(directory.resolve("copy")).hasSameBinaryContentAs(directory.resolve("file"));
  }

  @Test
  void damaged_blocks_are_named_and_the_rest_is_given_back() throws IOException {
    Path store = filled();
    damageBlocks(store);
    Outcome outcome = run("export", store, "/", directory.resolve("copy"));
    outcome.ends(ExitCode.DAMAGED);
    assertThat(directory.resolve("copy/file")).doesNotExist();
    assertThat(outcome.err()).doesNotContain("\tat ");
  }

  private static void damageBlocks(Path store) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(store.resolve("blocks"), "*.sst")) {
      for (Path file : files) {
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 2_000; i < bytes.length - 20_000; i += 10_000) {
          bytes[i] ^= 0x40;
        }
        Files.write(file, bytes, StandardOpenOption.WRITE);
      }
    }
  }

  private Path filled() throws IOException {
    Path store = newStore();
    write(directory.resolve("file"), 2_000_000, 7);
    run("import", "-q", store, directory.resolve("file")).ends(ExitCode.DONE);
    return store;
  }

  @Test
  void a_full_disk_ends_an_import_and_loses_nothing_and_read_only_media_can_be_read()
      throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    if (!mount("-t", "tmpfs", "-o", "size=24m", "none", disk)) {
      throw Prerequisites.notAllowed("mounting a tmpfs");
    }
    try {
      Path store = disk.resolve("store");
      run("create", store).ends(ExitCode.DONE);
      write(directory.resolve("first"), 1_000_000, 1);
      write(directory.resolve("second"), 60_000_000, 2);
      run("import", store, directory.resolve("first")).ends(ExitCode.DONE);
      run("import", store, directory.resolve("second"))
          .ends(ExitCode.FAILED)
          .saysInOneLine("full", "repeat");
      run("export", store, "/first", directory.resolve("copy")).ends(ExitCode.DONE);
      assertThat(directory.resolve("copy")).hasSameBinaryContentAs(directory.resolve("first"));
      assertThat(run("ls", store).out().lines()).containsExactly("first");
      assertThat(mount("-o", "remount,ro", disk)).isTrue();
      assertThat(run("ls", store).ends(ExitCode.DONE).out().lines()).containsExactly("first");
      run("import", store, directory.resolve("copy")).ends(ExitCode.FAILED).saysInOneLine("store");
    } finally {
      new ProcessBuilder("umount", disk.toString()).start().waitFor();
    }
  }

  private static boolean mount(Object... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of("mount"));
    for (Object argument : arguments) {
      line.add(argument.toString());
    }
    try {
      return new ProcessBuilder(line).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void a_store_of_a_newer_version() throws Exception {
    Path store = filled();
    try (Connection database =
            DriverManager.getConnection("jdbc:sqlite:" + store.resolve("metadata.sqlite"));
        Statement statement = database.createStatement()) {
      statement.execute("PRAGMA user_version=99");
    }
    run("ls", store).ends(ExitCode.FAILED).saysInOneLine("99", "newer");
  }

  @Test
  void paths_that_do_not_exist() {
    Path store = newStore();
    run("import", store, directory.resolve("no")).ends(ExitCode.FAILED).saysInOneLine("no such");
    run("ls", store, "/no").ends(ExitCode.FAILED).saysInOneLine("no such file", "/no");
    run("export", store, "/no", directory.resolve("x")).ends(ExitCode.FAILED).saysInOneLine("/no");
    run("export", store, "/", directory.resolve("x/y")).ends(ExitCode.FAILED).saysInOneLine("x");
  }

  @Test
  void two_sources_with_one_name() throws IOException {
    Path store = newStore();
    Path a = Files.writeString(Files.createDirectory(directory.resolve("a")).resolve("f"), "1");
    Path b = Files.writeString(Files.createDirectory(directory.resolve("b")).resolve("f"), "2");
    run("import", store, a, b).ends(ExitCode.USAGE).saysInOneLine("same last name");
  }

  @Test
  void a_file_where_a_directory_should_go_is_skipped_and_named() throws IOException {
    Path store = newStore();
    Path d = Files.createDirectories(directory.resolve("one/d"));
    Path f = Files.createDirectories(directory.resolve("two")).resolve("d");
    Files.writeString(f, "file");
    run("import", store, d).ends(ExitCode.DONE);
    Outcome outcome = run("import", store, f).ends(ExitCode.SKIPPED);
    assertThat(outcome.err()).contains("skipped", "a directory stands at /d");
  }

  @Test
  void wrong_usage_shows_how() {
    assertThat(run("import").ends(ExitCode.USAGE).err()).contains("Usage: dedupfs import");
    assertThat(run("export", "--help").ends(ExitCode.DONE).out()).contains("Examples:");
  }
}
