package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.MaintenanceListener.Phase;
import org.dedupfs.StoreFinding;
import org.junit.jupiter.api.Test;

/** The verbs that look after a store. */
final class CareVerbsTest extends CommandFixture {

  private Path storeWithFile() throws IOException {
    Path store = newStore();
    Path file = directory.resolve("file");
    write(file, 900_000, 3);
    run("import", store, file).ends(ExitCode.DONE);
    run("cp", store, "/file", "/copy").ends(ExitCode.DONE);
    return store;
  }

  /** Flips a bit in the middle of the largest file of the blocks. */
  private static void flip(Path store) throws IOException {
    Path largest = null;
    try (DirectoryStream<Path> tables =
        Files.newDirectoryStream(store.resolve("blocks"), "*.sst")) {
      for (Path table : tables) {
        if (largest == null || Files.size(table) > Files.size(largest)) {
          largest = table;
        }
      }
    }
    assertThat(largest).isNotNull();
    try (FileChannel channel =
        FileChannel.open(largest, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, channel.size() / 2);
      one.put(0, (byte) (one.get(0) ^ 4)).flip();
      channel.write(one, channel.size() / 2);
    }
  }

  @Test
  void a_sound_store_is_told_to_be_well() throws IOException {
    Path store = storeWithFile();
    assertThat(run("check", store).ends(ExitCode.DONE).out()).startsWith("all is well: 3 files");
    assertThat(run("scrub", store).ends(ExitCode.DONE).out()).startsWith("all is well: ");
    assertThat(run("check", "--json", store).ends(ExitCode.DONE).out().strip())
        .matches("\\{\"findings\": 0, \"inodes\": 3, \"names\": 2, \"extents\": \\d+, .*}");
    assertThat(run("scrub", "--json", "--rate", "900M", store).ends(ExitCode.DONE).out().strip())
        .matches("\\{\"blocks\": \\d+, .*\"damagedBlocks\": 0, .*\"resumed\": false}");
    assertThat(run("scrub", "-q", store).ends(ExitCode.DONE).out()).isEmpty();
  }

  @Test
  void damage_is_named_with_every_file_and_exit_code_4_until_the_same_data_heals_it()
      throws IOException {
    Path store = storeWithFile();
    flip(store);
    Outcome scrubbed = run("scrub", store).ends(ExitCode.DAMAGED);
    assertThat(scrubbed.out().lines())
        .anyMatch(line -> line.startsWith("/file: bytes "))
        .anyMatch(line -> line.startsWith("/copy: bytes "))
        .anyMatch(line -> line.startsWith("1 damaged block and 2 damaged files in "));
    List<String> json = run("scrub", "--json", store).ends(ExitCode.DAMAGED).out().lines().toList();
    assertThat(json).hasSize(3).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    assertThat(json)
        .anyMatch(
            line ->
                line.contains("\"finding\": \"BLOCK_DAMAGED\"")
                    && line.contains("\"path\": \"/file\", \"pathBase64\": \"L2ZpbGU=\"")
                    && line.matches(".*\"offset\": \\d+, \"length\": \\d+.*"));
    assertThat(run("check", store).ends(ExitCode.DAMAGED).out()).contains("/copy", "/file");
    run("cat", store, "/file").ends(ExitCode.DAMAGED);
    run("import", store, directory.resolve("file"), "--into", "/again").ends(ExitCode.DONE);
    run("scrub", store).ends(ExitCode.DONE);
    run("check", store).ends(ExitCode.DONE);
    run("cat", store, "/file").ends(ExitCode.DONE);
  }

  @Test
  void a_repair_makes_a_lost_index_anew_and_says_what_is_left() throws IOException {
    Path store = storeWithFile();
    assertThat(run("repair", "--yes", store).ends(ExitCode.DONE).out())
        .startsWith("nothing was to be repaired");
    Files.delete(store.resolve("blocks").resolve("CURRENT"));
    run("check", store).ends(ExitCode.DAMAGED).saysInOneLine("CURRENT");
    assertThat(run("repair", "--yes", store).ends(ExitCode.DONE).out())
        .contains("are saved", store.resolve("metadata.sqlite.before-repair-1").toString());
    run("check", store).ends(ExitCode.DONE);
    run("scrub", store).ends(ExitCode.DONE);
    run("cat", store, "/file").ends(ExitCode.DONE);
    flip(store);
    run("scrub", store).ends(ExitCode.DAMAGED);
    List<String> json =
        run("repair", "--yes", "--json", store).ends(ExitCode.DAMAGED).out().lines().toList();
    assertThat(json.get(json.size() - 1)).matches("\\{\"repaired\": \\d+, \"left\": 2}");
  }

  @Test
  void a_repair_waits_for_blocks_that_are_not_there() throws IOException {
    Path store = storeWithFile();
    Path moved = directory.resolve("moved");
    Files.move(store.resolve("blocks"), moved);
    run("repair", "--yes", store)
        .ends(ExitCode.DAMAGED)
        .saysInOneLine("mount the disk", "-o blocksDirectory=");
    List<String> json =
        run("repair", "--yes", "--json", "-o", "blocksDirectory=" + moved, store)
            .ends(ExitCode.DONE)
            .out()
            .lines()
            .toList();
    assertThat(json.get(json.size() - 1)).contains("\"left\": 0, \"metadataCopy\": \"" + store);
    run("check", store).ends(ExitCode.DONE);
    run("cat", store, "/file").ends(ExitCode.DONE);
  }

  @Test
  void a_repair_needs_the_store_for_itself() throws IOException {
    Path store = storeWithFile();
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      run("repair", "--yes", open.storeDirectory())
          .ends(ExitCode.IN_USE)
          .saysInOneLine("unmount it first");
    }
    run("repair", "--yes", directory.resolve("none")).ends(ExitCode.FAILED);
  }

  @Test
  void a_rate_that_is_none_is_wrong_usage() throws IOException {
    Path store = newStore();
    run("scrub", "--rate", "fast", store).ends(ExitCode.USAGE).saysInOneLine("fast", "50M");
    run("scrub", "--rate", "0", store).ends(ExitCode.USAGE).saysInOneLine("50M");
  }

  @Test
  void progress_says_how_fast_and_how_long() {
    String bytes =
        FindingReport.progressLine(
            Phase.BLOCKS, 3L << 30, 4L << 30, 1L << 30, Duration.ofSeconds(10));
    assertThat(bytes).isEqualTo("reading blocks: 75 %, ETA 0:10, 102.4 MiB/s, 3.0 GiB of 4.0 GiB");
    assertThat(FindingReport.progressLine(Phase.NAMES, 500, 0, 500, Duration.ofSeconds(1)))
        .isEqualTo("checking names: 500/s, 500");
    assertThat(FindingReport.progressLine(Phase.FILES, 0, 0, 0, Duration.ofSeconds(1)))
        .isEqualTo("looking at files");
  }

  @Test
  void names_that_would_control_a_terminal_are_escaped() {
    StoreFinding finding =
        new StoreFinding(
            StoreFinding.Kind.RANGE_LOST, List.of("/a\u001b[31m", "/b"), 5, 0, 10, 0, "x\ny");
    assertThat(FindingReport.lineOf(finding)).isEqualTo("/a\\x1b[31m, /b: x y");
  }
}
