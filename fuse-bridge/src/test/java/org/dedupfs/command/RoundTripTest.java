package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.Test;

final class RoundTripTest extends CommandFixture {
  @Test
  void a_tree_comes_back_as_it_was_with_all_its_names_modes_times_and_links() throws IOException {
    Path store = newStore();
    Path tree = oddTree();
    run("import", store, tree).ends(ExitCode.DONE);
    run("export", store, "/tree", directory.resolve("copy")).ends(ExitCode.DONE);
    assertEqualTrees(tree, directory.resolve("copy"));
    assertThat(Files.readAttributes(directory.resolve("copy/sparse"), "unix:*").get("size"))
        .isEqualTo((9L << 20) + 8);
  }

  @Test
  void holes_of_the_host_take_no_space_in_the_store() throws IOException {
    Path store = newStore();
    Path tree = oddTree();
    run("import", store, tree.resolve("sparse")).ends(ExitCode.DONE);
    assertThat(run("stats", "--json", store).out()).containsPattern("\"logicalBytes\": \\d{1,7},");
  }

  @Test
  void repeating_an_import_copies_nothing_again() throws IOException {
    Path store = newStore();
    Path tree = oddTree();
    run("import", store, tree).ends(ExitCode.DONE);
    Outcome second = run("import", "-v", store, tree).ends(ExitCode.DONE);
    assertThat(second.err()).isEmpty();
    assertThat(second.out()).contains("0 B in ");
  }

  @Test
  void what_changed_is_replaced_and_nothing_is_deleted() throws IOException {
    Path store = newStore();
    Path tree = oddTree();
    run("import", store, tree).ends(ExitCode.DONE);
    Files.writeString(tree.resolve("new"), "new");
    write(tree.resolve("a/b/c/large"), 100, 9);
    Files.delete(tree.resolve("empty"));
    Files.delete(tree.resolve("link"));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("elsewhere"));
    Files.setAttribute(tree.resolve("small"), "unix:mode", 0600);
    run("import", store, tree).ends(ExitCode.DONE);
    run("export", store, "/tree", directory.resolve("copy")).ends(ExitCode.DONE);
    Files.createDirectory(tree.resolve("empty"));
    Files.setAttribute(tree.resolve("empty"), "unix:mode", 01777);
    FileTime time = Files.getLastModifiedTime(directory.resolve("copy/empty"));
    Files.setLastModifiedTime(tree.resolve("empty"), time);
    Files.setLastModifiedTime(tree, Files.getLastModifiedTime(directory.resolve("copy")));
    assertEqualTrees(tree, directory.resolve("copy"));
  }

  @Test
  void contents_arrive_in_the_named_directory_and_several_sources_beside_each_other()
      throws IOException {
    Path store = newStore();
    Path tree = oddTree();
    run("import", store, tree + "/", "--into", "/x/y").ends(ExitCode.DONE);
    run("import", store, tree.resolve("small"), tree.resolve("a"), "--into", "/z")
        .ends(ExitCode.DONE);
    assertThat(run("ls", store, "/x/y").out()).contains("small", "dangling");
    assertThat(run("ls", store, "/z").out().lines()).containsExactly("a", "small");
  }

  @Test
  void a_store_is_not_imported_into_itself() throws IOException {
    Path store = newStore();
    Files.writeString(directory.resolve("file"), "x");
    Outcome outcome = run("import", store, directory + "/").ends(ExitCode.DONE);
    assertThat(outcome.err()).contains("left out", "it is the store itself");
    assertThat(run("ls", store).out().lines()).containsExactly("file");
  }

  @Test
  void directories_of_a_store_that_are_elsewhere_are_not_imported_either() throws IOException {
    Path store = directory.resolve("store");
    Path disk = Files.createDirectory(directory.resolve("disk"));
    Path blocks = disk.resolve("blocks");
    run("create", "--blocks-directory", blocks, store).ends(ExitCode.DONE);
    Files.writeString(disk.resolve("file"), "x");
    Outcome outcome = run("import", store, disk).ends(ExitCode.DONE);
    assertThat(outcome.err()).contains("left out", "blocks: it is the store itself");
    assertThat(run("ls", store, "/disk").out().lines()).containsExactly("file");
  }

  @Test
  void an_export_is_refused_where_it_would_reach_the_store_itself() throws IOException {
    Path top = Files.createDirectory(directory.resolve("top"));
    Path blocks = Files.createDirectories(top.resolve("disk")).resolve("blocks");
    Path metadata = Files.createDirectory(directory.resolve("metadata"));
    Path store = top.resolve("store");
    run("create", "--blocks-directory", blocks, "--metadata-directory", metadata, store)
        .ends(ExitCode.DONE);
    Path evil = Files.createDirectories(directory.resolve("evil/store")).getParent();
    Files.writeString(evil.resolve("store/lock"), "evil");
    run("import", store, evil).ends(ExitCode.DONE);
    Path other = Files.createDirectories(directory.resolve("other/disk/blocks"));
    Files.writeString(other.resolve("CURRENT"), "evil");
    run("import", store, directory.resolve("other")).ends(ExitCode.DONE);
    byte[] current = Files.readAllBytes(blocks.resolve("CURRENT"));

    run("export", "--merge", store, "/evil", top)
        .ends(ExitCode.FAILED)
        .saysInOneLine("the store's own directory", "top/store");
    run("export", "--merge", store, "/other", top)
        .ends(ExitCode.FAILED)
        .saysInOneLine("the store's own directory", "top/disk/blocks");
    run("export", "--merge", store, "/evil", metadata)
        .ends(ExitCode.FAILED)
        .saysInOneLine("inside the store's own directory", "metadata");
    run("export", "--merge", store, "/evil/store/lock", blocks.resolve("new"))
        .ends(ExitCode.FAILED)
        .saysInOneLine("inside the store's own directory", "blocks");
    run("export", "--merge", store, "/other/disk", top).ends(ExitCode.DONE);
    assertThat(blocks.resolve("CURRENT")).hasBinaryContent(current);
    assertThat(Files.readString(top.resolve("blocks/CURRENT"))).isEqualTo("evil");
    run("ls", store, "/evil").ends(ExitCode.DONE);
  }

  @Test
  void an_export_merges_only_when_told_so_and_resumes() throws IOException {
    Path store = newStore();
    Path tree = oddTree();
    Path copy = Files.createDirectory(directory.resolve("copy"));
    run("import", store, tree).ends(ExitCode.DONE);
    Files.writeString(copy.resolve("small"), "other");
    run("export", store, "/tree", copy).ends(ExitCode.FAILED).saysInOneLine("--merge");
    assertThat(copy.resolve("small")).hasContent("other");
    run("export", "--merge", store, "/tree", copy).ends(ExitCode.DONE);
    assertEqualTrees(tree, copy);
    assertThat(run("export", "--merge", "-v", store, "/tree", copy).err()).isEmpty();
  }

  @Test
  void an_export_never_writes_through_a_link() throws IOException {
    Path store = newStore();
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Files.writeString(outside.resolve("victim"), "safe");
    Path tree = Files.createDirectories(directory.resolve("tree/d"));
    Files.writeString(tree.resolve("victim"), "attack");
    Files.writeString(tree.resolveSibling("f"), "attack");
    run("import", store, tree.getParent()).ends(ExitCode.DONE);
    Path copy = Files.createDirectory(directory.resolve("copy"));
    Files.createSymbolicLink(copy.resolve("d"), outside);
    Files.createSymbolicLink(copy.resolve("f"), outside.resolve("victim"));
    Outcome outcome = run("export", "--merge", store, "/tree", copy).ends(ExitCode.SKIPPED);
    assertThat(outcome.err()).contains("skipped /tree/d", "symbolic link");
    assertThat(outside.resolve("victim")).hasContent("safe");
    assertThat(Files.isRegularFile(copy.resolve("f"), LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  @Test
  void extended_attributes_of_users_come_back_where_the_host_keeps_them() throws IOException {
    Path store = newStore();
    Path file = Files.writeString(directory.resolve("file"), "x");
    try {
      Files.setAttribute(file, "user:colour", "blue".getBytes(StandardCharsets.UTF_8));
    } catch (IOException | UnsupportedOperationException e) {
      throw org.dedupfs.fixtures.Prerequisites.notKept("extended attributes", e);
    }
    run("import", store, file).ends(ExitCode.DONE);
    run("export", store, "/file", directory.resolve("copy")).ends(ExitCode.DONE);
    assertThat((byte[]) Files.getAttribute(directory.resolve("copy"), "user:colour"))
        .asString()
        .isEqualTo("blue");
  }

  @Test
  void gc_frees_what_was_deleted_and_a_dry_run_nothing() throws IOException {
    Path store = newStore();
    write(directory.resolve("file"), 2_000_000, 5);
    run("import", store, directory.resolve("file")).ends(ExitCode.DONE);
    try (var open = DedupFileSystems.open(store)) {
      Files.delete(open.getPath("/file"));
    }
    assertThat(run("gc", "--dry-run", store).ends(ExitCode.DONE).out()).contains("would delete");
    assertThat(run("stats", "--json", store).out()).doesNotContain("\"blocks\": 0,");
    assertThat(run("gc", store).ends(ExitCode.DONE).out()).contains("1.9 MiB");
    assertThat(run("stats", "--json", store).out()).contains("\"blocks\": 0,");
  }
}
