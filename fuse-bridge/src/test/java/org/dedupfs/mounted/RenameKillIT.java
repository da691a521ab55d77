package org.dedupfs.mounted;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dedupfs.fixtures.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The serving process is killed while files that are open are replaced by rename: each name is
 * there, with one whole version, none older than the last that was synced. {@code -Dkills=N}.
 */
final class RenameKillIT {
  private static final int NAMES = 6;
  private static final int RECORD_BYTES = 9;
  private static final int MOST_LINES = 120;
  private static final long PATIENCE_SECONDS = 120;

  @TempDir Path directory;

  @Test
  void a_kill_while_open_files_are_replaced_loses_no_name() throws Exception {
    Random random = new Random(Seeds.next("RenameKillIT"));
    int kills = Integer.getInteger("kills", Boolean.getBoolean("dedupfs.long") ? 50 : 4);
    for (int i = 0; i < kills; i++) {
      Path store = directory.resolve("store" + i);
      Path log = directory.resolve("log" + i);
      replaceUntilKilled(store, log, 1 + random.nextInt(MOST_LINES), random.nextInt(30));
      check(store, Files.readAllLines(log));
    }
  }

  private void replaceUntilKilled(Path store, Path log, int lines, int millis) throws Exception {
    Path output = directory.resolve("output");
    Process load = null;
    try (MountedStore mounted =
        MountedStore.mount(store, directory.resolve("mnt"), "commitInterval=50ms")) {
      load = Scripts.start(output, Map.of(), Scripts.path("replacing.py"), mounted.root(), log);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (lines(log) < lines) {
        assertThat(load.isAlive()).as(Files.readString(output)).isTrue();
        assertThat(System.nanoTime()).as("slower than patience").isLessThan(end);
      }
      TimeUnit.MILLISECONDS.sleep(millis); // To meet any moment of a replacement, not a condition.
      mounted.kill();
    } finally {
      if (load != null) {
        assertThat(load.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
            .as("whoever uses a dead mount is told so")
            .isTrue();
      }
    }
  }

  private static int lines(Path log) throws IOException {
    if (!Files.exists(log)) {
      return 0;
    }
    try (Stream<String> all = Files.lines(log)) {
      return (int) all.count();
    }
  }

  private void check(Path store, List<String> log) throws Exception {
    Map<String, Integer> synced = new HashMap<>();
    for (String line : log) {
      if (line.startsWith("name")) {
        String[] words = line.split(" ", 2);
        synced.put(words[0], Integer.parseInt(words[1]));
      }
    }
    try (MountedStore again = MountedStore.mount(store, directory.resolve("mnt"))) {
      try (Stream<Path> names = Files.list(again.root())) {
        assertThat(names.map(name -> name.getFileName().toString()))
            .as("names that libfuse made up are not seen")
            .allMatch(name -> name.matches("name[0-9](\\.new)?"));
      }
      for (int i = 0; i < NAMES; i++) {
        String name = "name" + i;
        int version = version(again.root().resolve(name));
        assertThat(version).as(name).isGreaterThanOrEqualTo(synced.getOrDefault(name, 0));
      }
      again.end();
    }
  }

  /** Which version a file holds, whole. */
  private static int version(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    assertThat(text).as(file + " is there and not empty").hasSizeGreaterThan(RECORD_BYTES);
    int version = Integer.parseInt(text.substring(0, RECORD_BYTES - 1));
    String expected = String.format("%08d%n", version).repeat(50 + version % 7 * 1500);
    assertThat(text.equals(expected)).as(file + " holds version " + version + " whole").isTrue();
    return version;
  }
}
