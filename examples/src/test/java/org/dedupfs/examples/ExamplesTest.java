package org.dedupfs.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class ExamplesTest {
  private static final Path SOURCES = Path.of("src/main/java/org/dedupfs/examples");

  @TempDir Path directory;

  private Path file(String name, int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Files.write(directory.resolve(name), bytes);
  }

  @Test
  void quick_start_keeps_two_copies_for_the_price_of_one() throws IOException {
    Path image = file("disk.img", 1_000_000);
    Path store = directory.resolve("store");
    QuickStart.main(store.toString(), image.toString());
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      assertThat(Files.mismatch(image, open.getPath("/backup/monday.img"))).isEqualTo(-1);
      assertThat(Files.mismatch(image, open.getPath("/backup/tuesday.img"))).isEqualTo(-1);
      assertThat(open.statistics().dedupRatio()).isEqualTo(2.0);
    }
  }

  /** All lines but those that say where things are. */
  @Test
  void the_quick_start_of_the_readme_is_this_example() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    int start = readme.indexOf("```java\n") + "```java\n".length();
    List<String> lines =
        readme
            .substring(start, readme.indexOf("```", start))
            .lines()
            .map(String::strip)
            .filter(line -> !line.startsWith("Path store =") && !line.startsWith("Path image ="))
            .toList();
    assertThat(lines).hasSizeBetween(5, 10);
    List<String> source = Files.readAllLines(SOURCES.resolve("QuickStart.java"));
    assertThat(source.stream().map(String::strip)).containsSubsequence(lines);
  }

  @Test
  void the_second_backup_costs_only_what_changed() throws IOException {
    Path store = directory.resolve("store");
    Path tree = Files.createDirectories(directory.resolve("tree/below")).getParent();
    Files.move(file("large", 3_000_000), tree.resolve("below/large"));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("below"));
    BackupDirectory.main(store.toString(), tree.toString(), "2026-11-21");
    long first;
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      first = open.statistics().uniqueBytes();
      // What an interrupted night leaves.
      Files.createDirectory(open.getPath("/unfinished"));
    }
    Files.move(file("new", 1_000), tree.resolve("new"));
    BackupDirectory.main(store.toString(), tree.toString(), "2026-11-22");
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      assertThat(open.statistics().uniqueBytes() - first).isEqualTo(1_000);
      assertThat(open.statistics().logicalBytes()).isEqualTo(6_001_000);
      Path copy = open.getPath("/2026-11-22");
      assertThat(Files.mismatch(tree.resolve("new"), copy.resolve("new"))).isEqualTo(-1);
      assertThat(Files.isSymbolicLink(copy.resolve("link"))).isTrue();
      assertThat(Files.exists(open.getPath("/unfinished"))).isFalse();
    }
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void a_backup_keeps_modes_owners_and_times_and_does_not_wait_for_a_fifo() throws Exception {
    Path store = directory.resolve("store");
    Path tree = Files.createDirectories(directory.resolve("tree/below")).getParent();
    Path script = Files.writeString(tree.resolve("below/script"), "#!/bin/sh\n");
    Files.createSymbolicLink(tree.resolve("link"), Path.of("no such place"));
    Path fifo = tree.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    Files.setAttribute(script, "unix:mode", 04750);
    Files.setAttribute(script.getParent(), "unix:mode", 01711);
    List<Path> all = List.of(script, script.getParent(), tree);
    FileTime old = FileTime.from(Instant.parse("2001-02-03T04:05:06.123456789Z"));
    for (Path each : all) {
      Files.setLastModifiedTime(each, old);
      if ("root".equals(System.getProperty("user.name"))) {
        Files.setAttribute(each, "unix:gid", 65_534);
      }
    }
    BackupDirectory.main(store.toString(), tree.toString(), "2026-11-21");
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      Path copy = open.getPath("/2026-11-21");
      for (Path each : all) {
        Path kept = copy.resolve(tree.relativize(each).toString());
        for (String name : List.of("unix:mode", "unix:uid", "unix:gid", "lastModifiedTime")) {
          assertThat(Files.getAttribute(kept, name))
              .as("%s of %s", name, kept)
              .isEqualTo(Files.getAttribute(each, name));
        }
      }
      assertThat(Files.readSymbolicLink(copy.resolve("link"))).hasToString("no such place");
      assertThat(Files.exists(copy.resolve("fifo"))).isFalse();
    }
  }

  /** What an example prints. */
  private static String printed(Example example) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream captured = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      System.setOut(captured);
      example.run();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private interface Example {
    void run() throws Exception;
  }

  @Test
  void lucene_finds_in_a_store_what_it_indexed_there() throws Exception {
    String store = directory.resolve("store").toString();
    Path texts = Files.createDirectory(directory.resolve("texts"));
    Files.writeString(texts.resolve("one"), "A block is stored once.");
    Files.writeString(texts.resolve("two"), "Nothing to see here.");
    assertThat(printed(() -> SearchIndex.main(store, texts.toString(), "block")).lines())
        .containsExactly("one");
    Files.writeString(texts.resolve("two"), "Another block.");
    assertThat(printed(() -> SearchIndex.main(store, texts.toString(), "block")).lines())
        .containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void a_zip_file_in_a_store_is_a_file_system() throws Exception {
    String store = directory.resolve("store").toString();
    String one = file("one", 100_000).toString();
    String two = file("two", 5).toString();
    assertThat(printed(() -> ZipInStore.main(store, one)).lines()).containsExactly("/one 100000");
    assertThat(printed(() -> ZipInStore.main(store, two)).lines())
        .containsExactly("/one 100000", "/two 5");
  }

  @Test
  void commons_io_copies_and_verifies() throws Exception {
    Path store = directory.resolve("store");
    Path tree = Files.createDirectories(directory.resolve("tree/below")).getParent();
    Files.move(file("large", 3_000_000), tree.resolve("below/large"));
    Files.createFile(tree.resolve("empty"));
    String[] arguments = {store.toString(), tree.toString()};
    assertThat(printed(() -> CopyAndVerify.main(arguments)))
        .isEqualTo(String.format("2 files, %,d bytes: equal%n", 3_000_000));
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      Path copy = open.getPath("/tree/below/large");
      assertThat(Files.mismatch(tree.resolve("below/large"), copy)).isEqualTo(-1);
    }
  }

  @Test
  void examples_stay_short() throws IOException {
    try (Stream<Path> sources = Files.list(SOURCES)) {
      for (Path source : (Iterable<Path>) sources::iterator) {
        String body =
            Files.readString(source).replaceFirst("(?s)^.*?\n(?=/\\*\\*|public|final)", "");
        assertThat(body.lines().count()).as(source.toString()).isLessThanOrEqualTo(60);
      }
    }
  }
}
