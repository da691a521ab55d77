package org.dedupfs.mounted;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dedupfs.command.Main;
import org.dedupfs.fixtures.process.ForkedJvm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mounted store that is changed by Java and by the command, too: who uses the mount sees it. */
final class OtherDoorIT {
  private static final long PATIENCE_SECONDS = 60;
  private static final int MANY = 100_000;

  @TempDir Path directory;
  private MountedStore mounted;
  private Path root;

  @BeforeEach
  void mount() throws Exception {
    mounted = MountedStore.mount(directory.resolve("store"), directory.resolve("mnt"));
    root = mounted.root();
  }

  @AfterEach
  void unmount() throws Exception {
    try (MountedStore ending = mounted) {
      ending.end();
    }
  }

  /** What is open is told soon, by another thread; what is opened next is right at once. */
  private static void soon(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(100);
    channel.read(bytes, 0);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
  }

  @Test
  void what_is_open_follows_a_change_by_java() throws Exception {
    Path file = Files.writeString(root.resolve("file"), "first");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      assertThat(read(channel)).isEqualTo("first");
      mounted.change("put /file other");
      assertThat(file).hasContent("other");
      soon("the open file", () -> read(channel).equals("other"));
      mounted.change("put /file longer than before");
      soon("the open file has grown", () -> read(channel).equals("longer than before"));
      assertThat(Files.size(file)).isEqualTo(18);
      channel.write(ByteBuffer.wrap("by the mount, ".getBytes(StandardCharsets.UTF_8)), 0);
      mounted.change("copy /file /copy");
      assertThat(root.resolve("copy")).hasContent("by the mount, fore");
    }
  }

  @Test
  void what_is_mapped_follows_a_change_by_java() throws Exception {
    Path file = Files.writeString(root.resolve("file"), "first");
    Path output = directory.resolve("output");
    Process mapping =
        Scripts.start(output, Map.of(), Scripts.path("mapped.py"), file, "first", "other");
    try {
      soon("it is mapped", () -> Files.readString(output).contains("mapped"));
      mounted.change("patch /file other");
      assertThat(mapping.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(mapping.exitValue()).as(Files.readString(output)).isZero();
    } finally {
      mapping.destroyForcibly().waitFor();
    }
  }

  /** In a process of its own, which finds the store in use and speaks to who has it. */
  private void dedupfs(String verb, Object... words) throws Exception {
    List<String> line = new ArrayList<>(List.of(verb));
    for (Object word : words) {
      line.add(word.toString());
    }
    try (ForkedJvm command = ForkedJvm.start(Main.class, List.of("-Xmx96m"), line, said -> {})) {
      assertThat(command.awaitExit(Duration.ofSeconds(PATIENCE_SECONDS)))
          .as(command.stderr())
          .isEqualTo(OptionalInt.of(0));
    }
  }

  /** Has a program map a file, then runs the command; that program says what it sees. */
  private void assertSeenByWhoHasMapped(Path file, List<Object> seen, Callable<Void> command)
      throws Exception {
    Path output = Files.createTempFile(directory, "replaced", ".out");
    List<Object> words = new ArrayList<>(List.of(file));
    words.addAll(seen);
    Process mapping = Scripts.start(output, Map.of(), Scripts.path("replaced.py"), words.toArray());
    try {
      soon("it is mapped", () -> Files.readString(output).contains("mapped"));
      command.call();
      try (OutputStream input = mapping.getOutputStream()) {
        input.write("changed\n".getBytes(StandardCharsets.UTF_8));
      }
      assertThat(mapping.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(mapping.exitValue()).as(Files.readString(output)).isZero();
    } finally {
      mapping.destroyForcibly().waitFor();
    }
  }

  @Test
  void what_the_command_copies_and_removes_is_seen_by_who_reads_and_maps() throws Exception {
    Path store = directory.resolve("store");
    Path file = Files.writeString(root.resolve("file"), "first");
    Files.writeString(root.resolve("other"), "the other one");
    assertSeenByWhoHasMapped(
        file,
        List.of("first", "the other one"),
        () -> {
          dedupfs("cp", "--merge", store, "/other", "/file");
          assertThat(file).hasContent("the other one");
          return null;
        });
    dedupfs("cp", store, "/file", "/copy");
    assertThat(root.resolve("copy")).hasContent("the other one");
    assertSeenByWhoHasMapped(
        file,
        List.of("the other one"),
        () -> {
          dedupfs("rm", store, "/file");
          assertThat(file).doesNotExist();
          return null;
        });
    Files.writeString(file, "made anew");
    dedupfs("cp", "--merge", store, "/file", "/copy");
    assertThat(root.resolve("copy")).hasContent("made anew");
    dedupfs("rm", store, "/file", "/copy", "/other");
    try (Stream<Path> names = Files.list(root)) {
      assertThat(names).isEmpty();
    }
  }

  @Test
  void a_change_by_java_of_a_closed_file_is_seen_by_the_next_open() throws Exception {
    Path file = root.resolve("file");
    for (int i = 0; i < 50; i++) {
      mounted.change("put /file version" + i);
      assertThat(file).hasContent("version" + i);
      assertThat(file).hasContent("version" + i);
      Files.writeString(file, "by mount " + i);
      assertThat(file).hasContent("by mount " + i);
    }
  }

  /** The kernel's pages are those of a path, whatever file has it. */
  @Test
  void a_file_that_java_moves_away_and_back_is_not_read_as_the_one_between() throws Exception {
    Path file = Files.writeString(root.resolve("file"), "first");
    Files.writeString(root.resolve("twin"), "other");
    for (int i = 0; i < 10; i++) {
      assertThat(file).hasContent("first");
      exchange();
      assertThat(file).hasContent("other");
      exchange();
    }
  }

  @Test
  void a_file_that_java_puts_where_another_is_open_is_not_taken_for_it() throws Exception {
    Path file = Files.writeString(root.resolve("file"), "first");
    mounted.change("put /twin other");
    try (FileChannel first = FileChannel.open(file, READ, WRITE)) {
      assertThat(read(first)).isEqualTo("first");
      mounted.change("move /twin /file");
      try (FileChannel other = FileChannel.open(file, READ, WRITE)) {
        assertThat(read(other)).isEqualTo("other");
        assertThat(read(first)).isEqualTo("first");
        assertThatThrownBy(() -> other.map(FileChannel.MapMode.READ_WRITE, 0, 5))
            .isInstanceOf(IOException.class);
        other.write(ByteBuffer.wrap(new byte[] {'O'}), 0);
        assertThat(read(first)).isEqualTo("first");
        first.write(ByteBuffer.wrap(new byte[] {'F'}), 0);
        assertThat(read(other)).isEqualTo("Other");
        assertThat(read(first)).isEqualTo("First");
        mounted.change("copy /file /copy");
        assertThat(root.resolve("copy")).hasContent("Other");
      }
    }
  }

  private void exchange() throws Exception {
    mounted.change("move /file /aside");
    mounted.change("move /twin /file");
    mounted.change("move /aside /twin");
  }

  @Test
  void names_made_moved_and_removed_by_java_are_seen_at_once() throws Exception {
    Path first = root.resolve("first");
    Path second = root.resolve("second");
    assertThat(first).doesNotExist();
    mounted.change("put /first text");
    assertThat(first).hasContent("text");
    mounted.change("move /first /second");
    assertThat(first).doesNotExist();
    assertThat(second).hasContent("text");
    try (FileChannel open = FileChannel.open(second)) {
      mounted.change("put /first other");
      mounted.change("move /first /second");
      assertThat(second).hasContent("other");
      assertThat(read(open)).isEqualTo("text");
      mounted.change("remove /second");
      assertThat(second).doesNotExist();
      assertThat(read(open)).isEqualTo("text");
    }
    try (Stream<Path> names = Files.list(root)) {
      assertThat(names).isEmpty();
    }
  }

  @Test
  void what_the_mount_has_written_java_copies_and_what_it_has_open_java_removes() throws Exception {
    Path file = root.resolve("file");
    try (FileChannel open =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      open.write(ByteBuffer.wrap("written".getBytes(StandardCharsets.UTF_8)));
      mounted.change("copy /file /copy");
      assertThat(root.resolve("copy")).hasContent("written");
      mounted.change("remove /file");
      open.write(ByteBuffer.wrap(" on".getBytes(StandardCharsets.UTF_8)));
      assertThat(open.size()).isEqualTo(10);
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void a_directory_of_a_hundred_thousand_names_is_listed_whole() throws Exception {
    Files.createDirectory(root.resolve("many"));
    mounted.change("fill /many " + MANY);
    boolean[] seen = new boolean[MANY];
    try (Stream<Path> names = Files.list(root.resolve("many"))) {
      names.forEach(
          name -> {
            int number = Integer.parseInt(name.getFileName().toString());
            assertThat(seen[number]).as("listed twice").isFalse();
            seen[number] = true;
          });
    }
    assertThat(seen).doesNotContain(false);
    assertThat(root.resolve("many/99999")).isEmptyFile();
    assertThat(root.resolve("many/100000")).doesNotExist();
  }
}
