package org.dedupfs.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.Test;
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
