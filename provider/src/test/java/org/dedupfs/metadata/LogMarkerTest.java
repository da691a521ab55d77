package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mark that cannot be written for a while. */
class LogMarkerTest {
  @TempDir Path directory;

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

  @Test
  void a_failure_is_told_once_its_end_too_and_a_later_one_again() throws IOException {
    SqliteMetadataStore.create(directory, SqliteOptions.DEFAULT).close();
    SqliteFile file = SqliteFile.existing(directory, SqliteOptions.DEFAULT);
    LogMarker marker = new LogMarker(file, true);
    Path place = Files.createDirectory(LogMark.path(file.path()));
    assertThat(
            logged(
                () -> {
                  assertThat(marker.allowEmptyLog()).isFalse();
                  assertThat(marker.allowEmptyLog()).isFalse();
                }))
        .singleElement()
        .asString()
        .contains("WARN", "the mark beside " + file.path() + " cannot be written");
    Files.delete(place);
    assertThat(logged(() -> assertThat(marker.allowEmptyLog()).isTrue()))
        .singleElement()
        .asString()
        .contains("INFO", "the mark beside " + file.path() + " can be written again");
    marker.end();
    Files.createDirectory(place);
    assertThat(logged(() -> assertThat(marker.allowEmptyLog()).isFalse()))
        .singleElement()
        .asString()
        .contains("cannot be written");
  }
}
