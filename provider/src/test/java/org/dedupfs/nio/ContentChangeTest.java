package org.dedupfs.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who keeps what was read of a file can know that it has changed. */
class ContentChangeTest extends InStore {

  /** What a listener was told. */
  private record Told(long ino, @Nullable Object origin) {}

  private final List<Told> told = new CopyOnWriteArrayList<>();
  private Closeable listening = () -> {};

  @BeforeEach
  void listen() {
    listening = fs.onContentChange((ino, origin) -> told.add(new Told(ino, origin)));
  }

  @AfterEach
  void stopListening() throws Exception {
    listening.close();
  }

  private static DedupFileChannel open(Path path) throws Exception {
    return (DedupFileChannel) FileChannel.open(path, CREATE, READ, WRITE);
  }

  private static long ino(Path path) throws Exception {
    return (Long) Files.getAttribute(path, "unix:ino");
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  @Test
  void every_door_is_told_of() throws Exception {
    Path file = directory.resolve("file");
    Files.createFile(file);
    Told anonymous = new Told(ino(file), null);
    assertThat(told).isEmpty();
    Files.writeString(file, "all of it");
    assertThat(told).isNotEmpty().containsOnly(anonymous);
    try (DedupFileChannel channel = open(file);
        DedupFileChannel source = open(directory.resolve("source"))) {
      source.write(bytes("source"));
      List<Door> doors =
          List.of(
              () -> channel.write(bytes("1")),
              () -> channel.write(bytes("2"), 7),
              () -> channel.append(bytes("3")),
              () -> channel.truncate(5),
              () -> channel.setLength(50_000),
              () -> channel.allocate(50_000, 10),
              () -> channel.punchHole(1, 2),
              () -> channel.zeroRange(2, 3),
              () -> channel.cloneRangeFrom(source, 0, 3, 3),
              () -> channel.transferFrom(source.position(0), 0, 6),
              () -> channel.write(new ByteBuffer[] {bytes("4"), bytes("5")}));
      for (Door door : doors) {
        told.clear();
        door.go();
        assertThat(told).isNotEmpty().containsOnly(anonymous);
      }
    }
    told.clear();
    try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(file, WRITE)) {
      channel.write(bytes("6"), 0).get();
    }
    assertThat(told).isNotEmpty().containsOnly(anonymous);
  }

  private interface Door {
    void go() throws Exception;
  }

  @Test
  void what_changes_no_bytes_is_not_told() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "bytes");
    Path other = Files.writeString(directory.resolve("other"), "other bytes");
    told.clear();
    assertThat(Files.readString(file)).isEqualTo("bytes");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    Files.setAttribute(file, "user:x", bytes("y"));
    Files.createLink(directory.resolve("link"), file);
    Files.copy(file, directory.resolve("copy"));
    Files.copy(file, other, StandardCopyOption.REPLACE_EXISTING);
    Files.move(file, other, StandardCopyOption.ATOMIC_MOVE);
    Files.delete(other);
    fs.sync();
    assertThat(told).isEmpty();
  }

  @Test
  void a_channel_is_known_by_its_origin() throws Exception {
    Path file = directory.resolve("file");
    Object mine = new Object();
    try (DedupFileChannel ours = open(file);
        DedupFileChannel theirs = open(file)) {
      ours.setOrigin(mine);
      ours.write(bytes("a"));
      theirs.write(bytes("b"));
      ours.setOrigin(null);
      ours.write(bytes("c"));
    }
    assertThat(told)
        .containsExactly(
            new Told(ino(file), mine), new Told(ino(file), null), new Told(ino(file), null));
  }

  @Test
  void the_change_is_visible_when_it_is_told() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "before");
    List<String> seen = new CopyOnWriteArrayList<>();
    try (DedupFileChannel reader = open(file);
        DedupFileChannel writer = open(file);
        Closeable looking =
            fs.onContentChange(
                (ino, origin) -> {
                  try {
                    ByteBuffer all = ByteBuffer.allocate(20);
                    int count = reader.read(all, 0);
                    seen.add(new String(all.array(), 0, count, UTF_8) + reader.size());
                  } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                })) {
      Objects.requireNonNull(looking);
      writer.write(bytes("after!"), 0);
      writer.truncate(3);
    }
    assertThat(seen).containsExactly("after!6", "aft3");
  }

  @Test
  void a_listener_that_was_closed_hears_no_more() throws Exception {
    listening.close();
    listening.close();
    Files.writeString(directory.resolve("file"), "x");
    assertThat(told).isEmpty();
  }

  @Test
  void a_closed_file_system_takes_no_listener() throws Exception {
    DedupFileSystem closed = DedupFileSystems.create(host.resolve("closed"));
    closed.close();
    assertThatThrownBy(() -> closed.onContentChange((ino, origin) -> {}))
        .isInstanceOf(ClosedFileSystemException.class);
  }

  @Test
  void no_two_states_of_a_file_have_the_same_generation() throws Exception {
    Path file = directory.resolve("file");
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      long last;
      try (DedupFileChannel channel = open(file);
          DedupFileChannel other = open(file)) {
        channel.append(bytes("state " + i));
        assertThat(seen.add(channel.generation())).isTrue();
        assertThat(other.generation()).isEqualTo(channel.generation());
        other.truncate(i);
        assertThat(seen.add(channel.generation())).isTrue();
        channel.punchHole(0, 1);
        assertThat(seen.add(channel.generation())).isTrue();
        last = channel.generation();
        channel.read(ByteBuffer.allocate(10), 0);
        channel.force(true);
        assertThat(channel.generation()).isEqualTo(last);
      }
      fs.sync(); // the store forgets what is clean and closed
      try (DedupFileChannel again = open(file)) {
        assertThat(again.generation()).isEqualTo(last);
      }
    }
  }

  @Test
  void the_generation_of_a_directory_stays_zero() throws Exception {
    try (DedupFileChannel channel = (DedupFileChannel) FileChannel.open(directory)) {
      Files.createFile(directory.resolve("file"));
      assertThat(channel.generation()).isZero();
    }
  }
}
