package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.dedupfs.transfer.TreeComparison;
import org.junit.jupiter.api.io.TempDir;

/** Runs command lines in this process, as a user would write them, on stores in a directory. */
abstract class CommandFixture {
  @TempDir Path directory;

  /** What a command line did. */
  record Outcome(int exitCode, String out, String err) {
    Outcome ends(ExitCode expected) {
      assertThat(exitCode).as(out + err).isEqualTo(expected.number());
      return this;
    }

    /** One line on standard error, and no stack trace. */
    Outcome saysInOneLine(String... parts) {
      assertThat(err.strip().lines()).as(err).hasSize(1);
      assertThat(err).startsWith("dedupfs: ").contains(parts);
      return this;
    }
  }

  static Outcome run(Object... arguments) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Output out = new Output(bytes, StandardCharsets.ISO_8859_1);
    StringWriter err = new StringWriter();
    String[] line = List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
    int exitCode = Main.run(out, new PrintWriter(err, true), line);
    out.flush();
    return new Outcome(exitCode, bytes.toString(StandardCharsets.ISO_8859_1), err.toString());
  }

  /** Runs a command line in a process of its own, which {@code start} begins. */
  static Outcome runApart(List<String> start, Object... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(start);
    List.of(arguments).forEach(each -> line.add(each.toString()));
    Path out = Files.createTempFile("dedupfs-test", ".out");
    Path err = Files.createTempFile("dedupfs-test", ".err");
    try {
      Process process =
          new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      process.getOutputStream().close();
      int exitCode = process.waitFor();
      // Any bytes, one character each.
      Charset bytes = StandardCharsets.ISO_8859_1;
      return new Outcome(exitCode, Files.readString(out, bytes), Files.readString(err, bytes));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  Path newStore() {
    Path store = directory.resolve("store");
    run("create", "-q", store).ends(ExitCode.DONE);
    return store;
  }

  /** A tree with all that a user can make without being root. */
  Path oddTree() throws IOException {
    Path tree = Files.createDirectories(directory.resolve("tree"));
    Path below = Files.createDirectories(tree.resolve("a/b/c"));
    Files.createDirectory(tree.resolve("empty"));
    write(below.resolve("large"), 3_000_001, 1);
    write(tree.resolve("small"), 10, 2);
    Files.createFile(tree.resolve("nothing"));
    Files.createLink(tree.resolve("second name"), below.resolve("large"));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("a/b"));
    Files.createSymbolicLink(tree.resolve("dangling"), Path.of("../no such place"));
    Files.createSymbolicLink(tree.resolve("absolute"), Path.of("/no such place"));
    for (String name : new String[] {"%FF%FE", "a%0Ab%1B%5B31m", "%C3%A4", "%5C%22%20", "-rf"}) {
      Files.writeString(Path.of(URI.create(tree.toUri() + name)), name);
    }
    Files.createSymbolicLink(
        tree.resolve("to odd"), Path.of(URI.create(tree.toUri() + "%FF%FE")).getFileName());
    sparse(tree.resolve("sparse"));
    Files.setAttribute(tree.resolve("small"), "unix:mode", 06755);
    Files.setAttribute(tree.resolve("nothing"), "unix:mode", 0400);
    Files.setAttribute(tree.resolve("empty"), "unix:mode", 01777);
    time(tree.resolve("small"), "2001-02-03T04:05:06.123456789Z");
    time(tree.resolve("link"), "1999-01-01T00:00:00.000001Z");
    time(tree.resolve("a"), "1960-01-01T00:00:00.987654321Z");
    return tree;
  }

  static void write(Path file, int size, long seed) throws IOException {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    Files.write(file, bytes);
  }

  private static void sparse(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 5L << 20);
      channel.write(ByteBuffer.wrap(new byte[] {0}), (9L << 20) + 7);
    }
  }

  static void time(Path path, String instant) throws IOException {
    Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(FileTime.from(Instant.parse(instant)), null, null);
  }

  static void assertEqualTrees(Path tree, Path copy) throws IOException {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    Report ignored = Report.open(nowhere, nowhere, true, false, null);
    assertThat(new TreeComparison(ignored, true, Set.of()).compare(tree, copy)).isEmpty();
    assertThat(new TreeComparison(ignored, true, Set.of()).compare(copy, tree)).isEmpty();
  }
}
