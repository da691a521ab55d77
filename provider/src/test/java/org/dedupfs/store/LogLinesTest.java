package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.dedupfs.DamagedFileException;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is logged at level info and above, by way of the logger that the tests have. */
class LogLinesTest {
  private static final DedupOptions READING = DedupOptions.builder().readOnly(true).build();

  @TempDir Path host;

  /** Something that may log. */
  private interface Work {
    void run() throws IOException;
  }

  private static List<String> logged(Work work) throws IOException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(before);
    }
    return written.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private Path storeWith(byte[] bytes) throws IOException {
    Path store = host.resolve("store");
    try (DedupFileSystem fs = DedupFileSystems.create(store)) {
      Files.write(fs.getPath("/f"), bytes);
    }
    return store;
  }

  private static byte[] random(int bytes) {
    byte[] made = new byte[bytes];
    new Random(bytes).nextBytes(made);
    return made;
  }

  @Test
  void what_goes_well_is_not_worth_a_line() throws IOException {
    List<String> lines =
        logged(
            () -> {
              Path store = storeWith(random(1 << 20));
              try (DedupFileSystem fs = DedupFileSystems.open(store)) {
                Files.write(fs.getPath("/g"), random(1000));
                fs.sync();
                Files.delete(fs.getPath("/f"));
                fs.sweep();
              }
              DedupFileSystems.open(store, READING).close();
            });
    assertThat(lines).isEmpty();
  }

  @Test
  void a_recovery_after_a_kill_is_information_and_names_the_store() throws IOException {
    Path living = host.resolve("living");
    Path store = host.resolve("killed");
    try (DedupFileSystem fs = DedupFileSystems.create(living)) {
      Files.write(fs.getPath("/f"), random(1000));
      fs.sync();
      StoreFixture.copy(living, store); // as a kill would leave it
    }
    assertThat(logged(() -> DedupFileSystems.open(store).close()))
        .singleElement()
        .asString()
        .contains("INFO", store.toString(), "was not closed in order", "put again: 1");
    assertThat(logged(() -> DedupFileSystems.open(store).close())).isEmpty();
  }

  @Test
  void damage_is_an_error_that_says_what_to_do_told_once() throws IOException {
    Path store = storeWith(random(50_000));
    Path table = new DamagedStore(store).tableOf("blocks");
    DamagedStore.flip(table, Files.size(table) / 3);
    List<String> lines =
        logged(
            () -> {
              try (DedupFileSystem fs = DedupFileSystems.open(store)) {
                for (int i = 0; i < 3; i++) {
                  assertThatThrownBy(() -> Files.readAllBytes(fs.getPath("/f")))
                      .isInstanceOf(DamagedFileException.class);
                }
              }
            });
    assertThat(lines)
        .singleElement()
        .asString()
        .contains("ERROR", store.toString(), "dedupfs scrub " + store, "heals");
  }

  @Test
  void a_damaged_index_is_an_error_that_says_what_to_do() throws IOException {
    Path store = storeWith(random(50_000));
    new DamagedStore(store).flipInTable("index");
    List<String> lines =
        logged(
            () -> {
              try (DedupFileSystem fs = DedupFileSystems.open(store)) {
                Files.write(fs.getPath("/same"), random(50_000));
              }
            });
    assertThat(lines)
        .singleElement()
        .asString()
        .contains("ERROR", "no data is lost", "dedupfs repair " + store);
  }
}
