package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From one store to another, and to and from the default file system. */
class TwoStoresTest {
  @TempDir Path host;
  private DedupFileSystem here;
  private DedupFileSystem there;

  @BeforeEach
  void open() throws IOException {
    here = DedupFileSystems.create(host.resolve("here"));
    there = DedupFileSystems.create(host.resolve("there"));
  }

  @AfterEach
  void close() throws IOException {
    here.close();
    there.close();
  }

  private Path sparseFile() throws IOException {
    Path file = here.getPath("/file");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap("start".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      channel.write(ByteBuffer.wrap(new byte[] {'x'}), 5_000_000);
      ((DedupFileChannel) channel).setLength(9_000_000);
    }
    Files.setAttribute(file, "unix:mode", 0600);
    Files.setAttribute(file, "user:note", new byte[] {1, 2});
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
    return file;
  }

  @Test
  @SuppressWarnings("StreamResourceLeak") // It is closed; the check does not see through the cast.
  void names_of_one_store_mean_entries_of_the_secure_stream_of_another() throws IOException {
    Files.writeString(here.getPath("/file"), "source");
    Files.createDirectory(here.getPath("/directory"));
    Files.createDirectory(there.getPath("/directory"));
    try (var target = (SecureDirectoryStream<Path>) Files.newDirectoryStream(there.getPath("/"))) {
      Path name = here.getPath("file");
      try (SeekableByteChannel channel =
          target.newByteChannel(
              name, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE))) {
        channel.write(ByteBuffer.wrap(new byte[] {'t'}));
      }
      assertThat(Files.readString(here.getPath("/file"))).isEqualTo("source");
      assertThat(Files.readString(there.getPath("/file"))).isEqualTo("t");
      target
          .getFileAttributeView(name, BasicFileAttributeView.class)
          .setTimes(FileTime.fromMillis(1), null, null);
      assertThat(Files.getLastModifiedTime(there.getPath("/file")).toMillis()).isEqualTo(1);
      try (var below = target.newDirectoryStream(here.getPath("directory"))) {
        below.deleteFile(here.getPath("missing"));
      } catch (NoSuchFileException e) {
        assertThat(e.getFile()).isEqualTo("missing");
      }
      target.deleteFile(name);
      assertThat(Files.exists(here.getPath("/file"))).isTrue();
      assertThat(Files.exists(there.getPath("/file"))).isFalse();
      assertThatThrownBy(() -> target.deleteFile(here.getPath("/file")))
          .isInstanceOf(ProviderMismatchException.class);
    }
  }

  @Test
  void a_copy_has_the_bytes_and_on_request_the_attributes() throws IOException {
    Path file = sparseFile();
    Path copy = Files.copy(file, there.getPath("/copy"), StandardCopyOption.COPY_ATTRIBUTES);
    assertThat(Files.mismatch(file, copy)).isEqualTo(-1);
    assertThat(Files.size(copy)).isEqualTo(9_000_000);
    assertThat(Files.getLastModifiedTime(copy)).isEqualTo(FileTime.fromMillis(1_000));
    assertThat(Files.getAttribute(copy, "unix:mode")).isEqualTo(0100600);
    assertThat((byte[]) Files.getAttribute(copy, "user:note")).containsExactly(1, 2);
    try (FileChannel channel = FileChannel.open(copy)) {
      there.sync();
      assertThat(((DedupFileChannel) channel).nextData(4_500_000)).isGreaterThan(4_500_000);
    }
  }

  @Test
  void an_existing_target_is_replaced_on_request_only() throws IOException {
    Path file = sparseFile();
    Path target = Files.writeString(there.getPath("/target"), "old");
    assertThatThrownBy(() -> Files.copy(file, target))
        .isInstanceOf(FileAlreadyExistsException.class);
    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
    assertThat(Files.mismatch(file, target)).isEqualTo(-1);
  }

  @Test
  void files_links_and_empty_directories_move() throws IOException {
    Path file = sparseFile();
    Files.move(file, there.getPath("/moved"));
    assertThat(file).doesNotExist();
    assertThat(Files.size(there.getPath("/moved"))).isEqualTo(9_000_000);
    Path link = Files.createSymbolicLink(here.getPath("/link"), here.getPath("any"));
    Files.move(link, there.getPath("/link"));
    assertThat(Files.readSymbolicLink(there.getPath("/link"))).isEqualTo(there.getPath("any"));
    assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
    Path directory = Files.createDirectory(here.getPath("/directory"));
    Files.createFile(directory.resolve("inner"));
    assertThatThrownBy(() -> Files.move(directory, there.getPath("/directory")))
        .isInstanceOf(DirectoryNotEmptyException.class);
    Files.delete(directory.resolve("inner"));
    Files.move(directory, there.getPath("/directory"));
    assertThat(there.getPath("/directory")).isDirectory();
  }

  @Test
  void nothing_atomic_and_no_hard_link_crosses_stores() throws IOException {
    Path file = sparseFile();
    assertThatThrownBy(() -> Files.move(file, there.getPath("/x"), StandardCopyOption.ATOMIC_MOVE))
        .isInstanceOf(AtomicMoveNotSupportedException.class);
    assertThatThrownBy(() -> Files.createLink(there.getPath("/x"), file))
        .isInstanceOfSatisfying(
            DedupFileSystemException.class,
            e -> assertThat(e.reason()).isEqualTo(DedupFileSystemException.Reason.OTHER_STORE));
    Path other = Files.writeString(there.getPath("/file"), "x");
    assertThat(Files.isSameFile(file, other)).isFalse();
    assertThat(Files.isSameFile(file, host)).isFalse();
  }

  @Test
  void an_interrupt_ends_a_copy_that_was_said_to_be_interruptible() throws Exception {
    CopyOption interruptible =
        (CopyOption) Class.forName("com.sun.nio.file.ExtendedCopyOption").getEnumConstants()[0];
    Path file = sparseFile();
    Files.copy(file, here.getPath("/clone"), interruptible);
    assertThat(Files.mismatch(file, here.getPath("/clone"))).isEqualTo(-1);
    Path target = there.getPath("/copy");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Files.copy(file, target, interruptible))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(target).doesNotExist();
    Files.copy(file, target, interruptible);
    assertThat(Files.mismatch(file, target)).isEqualTo(-1);
  }

  @Test
  void paths_of_two_stores_differ_in_equality_order_and_file() throws IOException {
    Path path = here.getPath("/same");
    Path other = there.getPath("/same");
    assertThat(path).isNotEqualTo(other);
    assertThat(path.compareTo(other)).isNotZero();
    assertThat(Integer.signum(path.compareTo(other))).isEqualTo(-other.compareTo(path));
    assertThat(new TreeSet<>(List.of(path, other, here.getPath("/same")))).hasSize(2);
    assertThat(Files.isSameFile(path, other)).isFalse();
    assertThatThrownBy(() -> path.relativize(other))
        .isInstanceOf(ProviderMismatchException.class)
        .hasMessageContaining("another store");
  }

  @Test
  void files_come_from_and_go_to_the_default_file_system() throws IOException {
    Path outside = Files.writeString(host.resolve("outside"), "hello");
    Path inside = Files.copy(outside, here.getPath("/inside"));
    assertThat(inside).hasContent("hello");
    Files.move(inside, host.resolve("back"));
    assertThat(host.resolve("back")).hasContent("hello");
    assertThat(inside).doesNotExist();
  }
}
