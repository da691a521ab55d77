package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.StoreStatistics;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code cat}, {@code cp}, {@code mv}, {@code rm} and {@code mkdir}. */
final class FileVerbsTest extends CommandFixture {
  private Path store;

  @BeforeEach
  void makeStore() {
    store = newStore();
  }

  private void put(String path, String text) throws IOException {
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      Path file = open.getPath(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
  }

  private String cat(String path) {
    return run("cat", store, path).ends(ExitCode.DONE).out();
  }

  private StoreStatistics statistics() throws IOException {
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      return open.statistics();
    }
  }

  @Test
  void cat_writes_the_bytes_of_all_files_and_nothing_else() throws IOException {
    byte[] bytes = new byte[1_000_003];
    new java.util.Random(4).nextBytes(bytes);
    Files.write(directory.resolve("large"), bytes);
    Files.write(directory.resolve("small"), new byte[] {0, -1, 10});
    run("import", "-q", store, directory.resolve("large"), directory.resolve("small"));
    Outcome outcome = run("cat", store, "/large", "/small", "/small").ends(ExitCode.DONE);
    String expected = new String(bytes, StandardCharsets.ISO_8859_1);
    assertThat(outcome.out()).isEqualTo(expected + "\0\u00ff\n\0\u00ff\n");
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void cat_says_what_it_cannot_write() throws IOException {
    put("/d/f", "x");
    run("cat", store, "/d").ends(ExitCode.FAILED).saysInOneLine("/d", "is a directory");
    run("cat", store, "/no").ends(ExitCode.FAILED).saysInOneLine("no such file", "/no");
    run("cat", store, "d/f").ends(ExitCode.USAGE).saysInOneLine("start with a slash: /d/f");
    assertThat(run("cat", store).ends(ExitCode.USAGE).err()).contains("Usage: dedupfs cat");
  }

  @Test
  void cp_clones_trees_with_all_that_belongs_to_them_and_stores_nothing_new() throws IOException {
    Path tree = oddTree();
    run("import", store, tree).ends(ExitCode.DONE);
    StoreStatistics before = statistics();
    run("cp", "-r", store, "/tree", "/copy").ends(ExitCode.DONE);
    StoreStatistics after = statistics();
    assertThat(after.blocks()).isEqualTo(before.blocks());
    assertThat(after.logicalBytes()).isEqualTo(2 * before.logicalBytes());
    run("export", store, "/copy", directory.resolve("copy")).ends(ExitCode.DONE);
    assertEqualTrees(tree, directory.resolve("copy"));
  }

  @Test
  void cp_puts_things_into_a_directory_or_gives_them_a_new_name() throws IOException {
    put("/a", "A");
    put("/b", "B");
    put("/d/old", "old");
    assertThat(run("cp", store, "/a", "/b", "/d").ends(ExitCode.DONE).out()).isEmpty();
    run("cp", store, "/a", "/c").ends(ExitCode.DONE);
    assertThat(run("ls", store, "/d").out().lines()).containsExactly("a", "b", "old");
    assertThat(cat("/c")).isEqualTo("A");
    run("cp", store, "/a", "/b", "/c").ends(ExitCode.FAILED).saysInOneLine("not a directory", "/c");
  }

  @Test
  void a_copy_lives_its_own_life() throws IOException {
    put("/a", "A");
    run("cp", store, "/a", "/b").ends(ExitCode.DONE);
    put("/a", "changed");
    assertThat(cat("/b")).isEqualTo("A");
  }

  @Test
  void cp_replaces_only_when_told_so_be_it_of_the_same_size_and_time() throws IOException {
    put("/a", "A");
    put("/b", "B");
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      FileTime time = FileTime.fromMillis(1);
      Files.setLastModifiedTime(open.getPath("/a"), time);
      Files.setLastModifiedTime(open.getPath("/b"), time);
    }
    run("cp", store, "/a", "/b").ends(ExitCode.FAILED).saysInOneLine("/b exists", "--merge");
    assertThat(cat("/b")).isEqualTo("B");
    run("cp", "--merge", store, "/a", "/b").ends(ExitCode.DONE);
    assertThat(cat("/b")).isEqualTo("A");
    put("/t/x", "new");
    put("/s/t/x", "old");
    put("/s/t/y", "stays");
    run("cp", "-r", store, "/t", "/s").ends(ExitCode.FAILED).saysInOneLine("/s/t exists");
    run("cp", "-r", "--merge", store, "/t", "/s").ends(ExitCode.DONE);
    assertThat(cat("/s/t/x")).isEqualTo("new");
    assertThat(cat("/s/t/y")).isEqualTo("stays");
  }

  @Test
  void cp_refuses_what_makes_no_sense() throws IOException {
    put("/d/f", "x");
    run("cp", store, "/d", "/e").ends(ExitCode.FAILED).saysInOneLine("-r");
    run("cp", "-r", store, "/d", "/d/e").ends(ExitCode.FAILED).saysInOneLine("into itself");
    run("cp", "-r", store, "/d", "/d").ends(ExitCode.FAILED).saysInOneLine("into itself");
    run("cp", "-r", store, "/", "/d").ends(ExitCode.FAILED).saysInOneLine("root");
    run("cp", store, "/no", "/e").ends(ExitCode.FAILED).saysInOneLine("no such file");
    run("cp", store, "/d/f", "/no/e").ends(ExitCode.FAILED).saysInOneLine("no such");
    run("cp", "--merge", "-r", store, "/d", "/d/f").ends(ExitCode.FAILED).saysInOneLine("itself");
    assertThat(run("ls", "-R", store).out().lines()).containsExactly("/:", "d", "", "/d:", "f", "");
  }

  @Test
  void cp_does_not_follow_a_link_into_what_it_copies() throws IOException {
    put("/a/sub/f", "x");
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      Files.createSymbolicLink(open.getPath("/link"), open.getPath("/a/sub"));
    }
    run("cp", "-r", store, "/a", "/link").ends(ExitCode.FAILED).saysInOneLine("into itself");
    run("cp", "-r", store, "/a/sub", "/link").ends(ExitCode.FAILED).saysInOneLine("into itself");
  }

  @Test
  void mv_renames_and_moves_and_replaces_only_when_told_so() throws IOException {
    put("/a", "A");
    put("/b", "B");
    put("/d/x/y", "deep");
    run("mv", store, "/a", "/b").ends(ExitCode.FAILED).saysInOneLine("/b exists", "--replace");
    run("mv", "--replace", store, "/a", "/b").ends(ExitCode.DONE);
    assertThat(cat("/b")).isEqualTo("A");
    run("mv", store, "/d/x", "/moved").ends(ExitCode.DONE);
    assertThat(cat("/moved/y")).isEqualTo("deep");
    run("mv", store, "/b", "/moved", "/d").ends(ExitCode.DONE);
    assertThat(run("ls", store).out().lines()).containsExactly("d");
    assertThat(cat("/d/moved/y")).isEqualTo("deep");
  }

  @Test
  void mv_refuses_what_makes_no_sense_and_then_moves_nothing() throws IOException {
    put("/a", "A");
    put("/d/e/f", "x");
    run("mv", store, "/d", "/d/e").ends(ExitCode.FAILED).saysInOneLine("into itself");
    run("mv", store, "/a", "/no", "/d").ends(ExitCode.FAILED).saysInOneLine("/no");
    run("mv", store, "/a", "/x/y").ends(ExitCode.FAILED).saysInOneLine("no such");
    put("/empty/e/z", "in the way");
    run("mv", "--replace", store, "/d/e", "/empty")
        .ends(ExitCode.FAILED)
        .saysInOneLine("not empty");
    assertThat(cat("/a")).isEqualTo("A");
    assertThat(cat("/d/e/f")).isEqualTo("x");
  }

  @Test
  void rm_removes_files_and_with_r_directories_and_never_through_a_link() throws IOException {
    put("/d/e/f", "x");
    put("/keep/f", "kept");
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      Files.createSymbolicLink(open.getPath("/d/link"), open.getPath("/keep"));
    }
    run("rm", store, "/d").ends(ExitCode.FAILED).saysInOneLine("-r");
    Outcome outcome = run("rm", "-rv", store, "/d").ends(ExitCode.DONE);
    assertThat(outcome.err()).contains("/d/e/f", "/d/link");
    assertThat(outcome.out()).contains("removed 2 files and 2 directories");
    assertThat(cat("/keep/f")).isEqualTo("kept");
    run("rm", store, "/keep/f").ends(ExitCode.DONE);
    assertThat(run("ls", "-R", store).out().lines())
        .containsExactly("/:", "keep", "", "/keep:", "");
  }

  @Test
  void rm_looks_at_all_before_it_removes_any() throws IOException {
    put("/a", "A");
    run("rm", store, "/a", "/no").ends(ExitCode.FAILED).saysInOneLine("/no");
    run("rm", "-r", store, "/a", "/").ends(ExitCode.FAILED).saysInOneLine("root");
    run("rm", "-r", store, "/a", "/a/..").ends(ExitCode.FAILED).saysInOneLine("root");
    assertThat(cat("/a")).isEqualTo("A");
    run("rm", "-f", store, "/a", "/no").ends(ExitCode.DONE);
    assertThat(run("ls", store).out()).isEmpty();
  }

  @Test
  void rm_goes_as_deep_as_it_has_to() throws IOException {
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      Path path = open.getPath("/d");
      for (int i = 0; i < 1_000; i++) {
        path = path.resolve("d");
      }
      Files.createDirectories(path);
    }
    run("rm", "-r", store, "/d").ends(ExitCode.DONE);
    assertThat(run("ls", store).out()).isEmpty();
  }

  @Test
  void mkdir_makes_directories_and_with_p_those_above() throws IOException {
    run("mkdir", store, "/a", "/a/b").ends(ExitCode.DONE);
    run("mkdir", store, "/x/y").ends(ExitCode.FAILED).saysInOneLine("/x", "-p");
    run("mkdir", store, "/a").ends(ExitCode.FAILED).saysInOneLine("exists", "/a");
    run("mkdir", "-p", store, "/x/y/z", "/a").ends(ExitCode.DONE);
    put("/f", "file");
    run("mkdir", "-p", store, "/f").ends(ExitCode.FAILED).saysInOneLine("not a directory", "/f");
    run("mkdir", "-p", store, "/f/g").ends(ExitCode.FAILED).saysInOneLine("/f");
    assertThat(run("ls", store, "/x/y").out().lines()).containsExactly("z");
  }

  @Test
  void a_file_may_be_called_at_something_or_minus_something() throws IOException {
    Path file = Files.writeString(directory.resolve("@arguments"), "--help");
    run("import", store, file).ends(ExitCode.DONE);
    assertThat(cat("/@arguments")).isEqualTo("--help");
    Path here = directory.resolve("-x");
    Files.writeString(here, "minus");
    run("import", store, "--", here).ends(ExitCode.DONE);
    run("cp", store, "/-x", "/y").ends(ExitCode.DONE);
    assertThat(cat("/y")).isEqualTo("minus");
  }

  @Test
  void mv_replaces_nothing_that_appeared_since_it_looked() throws IOException {
    put("/a", "a");
    put("/b", "appeared");
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      Path a = open.getPath("/a");
      assertThatThrownBy(() -> MvCommand.move(a, open.getPath("/b"), false))
          .isInstanceOf(FileAlreadyExistsException.class);
      MvCommand.move(a, open.getPath("/c"), false);
      MvCommand.move(open.getPath("/c"), a, true);
    }
    assertThat(cat("/b")).isEqualTo("appeared");
    assertThat(cat("/a")).isEqualTo("a");
  }

  @Test
  void what_a_killed_transfer_left_is_removed_and_never_copied() throws IOException {
    String part = ".dedupfs-0123456789abcdef0123456789abcdef.part";
    Path tree = Files.createDirectories(directory.resolve("tree/d")).getParent();
    Files.writeString(tree.resolve("d/f"), "x");
    put("/tree/d/" + part, "half");
    run("import", store, tree).ends(ExitCode.DONE);
    assertThat(run("ls", store, "/tree/d").out().lines()).containsExactly("f");
    Files.writeString(tree.resolve("d").resolve(part), "half");
    Outcome outcome = run("import", store, tree).ends(ExitCode.SKIPPED);
    assertThat(outcome.err()).contains("skipped", part, "interrupted");
    assertThat(run("ls", store, "/tree/d").out().lines()).containsExactly("f");
    run("export", "--merge", store, "/tree", tree).ends(ExitCode.DONE);
    assertThat(Files.exists(tree.resolve("d").resolve(part), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }
}
