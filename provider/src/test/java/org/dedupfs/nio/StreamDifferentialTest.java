package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams, which take no notice of an interrupt, and what {@link Files} does by them. */
class StreamDifferentialTest extends SideBySide {

  @BeforeEach
  void makeFile() throws Exception {
    both(d -> Files.writeString(d.resolve("file"), "first\nsecond\n"));
  }

  @AfterEach
  void clearInterrupt() {
    boolean unused = Thread.interrupted();
  }

  /** Runs a case on both sides on a thread that was interrupted, and that still is afterwards. */
  private void sameInterrupted(Case testCase) {
    String outcome =
        same(
            d -> {
              Thread.currentThread().interrupt();
              try {
                return testCase.run(d);
              } finally {
                assertThat(Thread.interrupted()).isTrue();
              }
            });
    assertThat(outcome).doesNotContain("Exception");
  }

  @Test
  void an_interrupted_thread_reads_on() {
    sameInterrupted(
        d -> {
          try (InputStream in = Files.newInputStream(d.resolve("file"))) {
            int first = in.read();
            return first + " " + new String(in.readAllBytes(), StandardCharsets.UTF_8) + in.read();
          }
        });
    sameInterrupted(
        d -> {
          try (BufferedReader in = Files.newBufferedReader(d.resolve("file"))) {
            return in.readLine();
          }
        });
    sameInterrupted(d -> Files.readAllLines(d.resolve("file")));
  }

  @Test
  void options_may_come_in_an_array_of_any_type() {
    StandardOpenOption[] append = {StandardOpenOption.APPEND};
    StandardOpenOption[] read = {StandardOpenOption.READ};
    LinkOption[] exact = {LinkOption.NOFOLLOW_LINKS};
    String outcome =
        same(
            d -> {
              try (OutputStream out = Files.newOutputStream(d.resolve("file"), append)) {
                out.write('3');
              }
              try (InputStream one = Files.newInputStream(d.resolve("file"), read);
                  InputStream other = Files.newInputStream(d.resolve("file"), exact)) {
                return one.readAllBytes().length + other.readAllBytes().length;
              }
            });
    assertThat(outcome).isEqualTo("28");
  }

  @Test
  void an_interrupted_thread_writes_on() {
    sameInterrupted(
        d -> {
          try (OutputStream out = Files.newOutputStream(d.resolve("new"))) {
            out.write('1');
            out.write(new byte[100_000]);
            return Files.size(d.resolve("new"));
          }
        });
    sameInterrupted(
        d -> {
          try (BufferedWriter out = Files.newBufferedWriter(d.resolve("file"))) {
            out.write("instead");
          }
          return Files.size(d.resolve("file"));
        });
    sameInterrupted(
        d -> Files.size(Files.writeString(d.resolve("file"), "+", StandardOpenOption.APPEND)));
    sameInterrupted(d -> Files.size(Files.write(d.resolve("lines"), List.of("a", "b"))));
  }

  @Test
  void a_closed_stream_is_closed() {
    String outcome =
        same(
            d -> {
              InputStream in = Files.newInputStream(d.resolve("file"));
              in.close();
              return in.read();
            });
    assertThat(outcome).isEqualTo(ClosedChannelException.class.getName());
    same(
        d -> {
          OutputStream out = Files.newOutputStream(d.resolve("file"));
          out.close();
          out.write(1);
          return null;
        });
  }

  static Stream<List<OpenOption>> options() {
    return Stream.of(
        List.of(),
        List.of(StandardOpenOption.READ),
        List.of(StandardOpenOption.WRITE),
        List.of(StandardOpenOption.APPEND),
        List.of(StandardOpenOption.CREATE),
        List.of(StandardOpenOption.CREATE_NEW),
        List.of(StandardOpenOption.TRUNCATE_EXISTING),
        List.of(StandardOpenOption.APPEND, StandardOpenOption.TRUNCATE_EXISTING),
        List.of(StandardOpenOption.WRITE, StandardOpenOption.WRITE),
        List.of(StandardOpenOption.SYNC, StandardOpenOption.SPARSE),
        List.of(StandardOpenOption.DELETE_ON_CLOSE),
        List.of(LinkOption.NOFOLLOW_LINKS));
  }

  @ParameterizedTest
  @MethodSource
  void options(List<OpenOption> options) {
    OpenOption[] given = options.toArray(OpenOption[]::new);
    for (String name : List.of("file", "none")) {
      same(
          d -> {
            try (InputStream in = Files.newInputStream(d.resolve(name), given)) {
              return in.readAllBytes();
            }
          });
      same(
          d -> {
            Path file = d.resolve(name);
            try (OutputStream out = Files.newOutputStream(file, given)) {
              out.write('x');
            }
            return null;
          });
    }
  }
}
