package org.dedupfs.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dedupfs.DirectoryCursor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client asks for, and what it believes, seen from a server that is not a store. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class FakeServerTest {
  @TempDir Path directory;
  private FakeServer server;
  private RemoteFileSystem remote;

  @BeforeEach
  void connect() throws IOException {
    server = new FakeServer(directory);
    remote = RemoteFileSystem.connect(directory).orElseThrow();
  }

  @AfterEach
  void close() throws IOException {
    remote.close();
    server.close();
  }

  private List<Path> list() throws IOException {
    try (DirectoryStream<Path> names = Files.newDirectoryStream(remote.getPath("/d"))) {
      List<Path> all = new java.util.ArrayList<>();
      names.forEach(all::add);
      return all;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../../x", "/etc/passwd", "a/b", "a\0b", "\udc2f"})
  void a_server_cannot_make_names_that_lead_elsewhere(String name) throws IOException {
    server.answer(
        Operation.OPEN_STREAM,
        out ->
            out.number32(0).flag(true).text("fine").flag(true).text(name).flag(false).flag(false));
    assertThatThrownBy(this::list)
        .isInstanceOf(ControlConnectionException.class)
        .hasRootCauseInstanceOf(MalformedMessageException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../../x"})
  void nor_later_in_a_listing(String name) {
    server.answer(
        Operation.OPEN_STREAM,
        out -> out.number32(7).flag(true).text("...").flag(false).flag(true));
    server.answer(Operation.NEXT_NAMES, out -> out.flag(true).text(name).flag(false).flag(false));
    assertThatThrownBy(this::list)
        .isInstanceOfAny(ControlConnectionException.class, DirectoryIteratorException.class)
        .hasRootCauseInstanceOf(MalformedMessageException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../../x", "/etc/passwd", "a/b", "a\0b"})
  void nor_where_a_directory_is_read_in_steps(String name) throws IOException {
    server.answer(Operation.OPEN_CURSOR, out -> out.number32(3));
    server.answer(
        Operation.CURSOR_ENTRIES,
        out ->
            out.number32(1)
                .bytes(name.getBytes(StandardCharsets.ISO_8859_1))
                .number64(1)
                .number64(2)
                .number32(8));
    DirectoryCursor cursor = remote.openDirectory(remote.getPath("/d"));
    assertThatThrownBy(() -> cursor.read(0, 10))
        .isInstanceOf(ControlConnectionException.class)
        .hasRootCauseInstanceOf(MalformedMessageException.class);
    assertThat(server.asked()).doesNotContain(Operation.SYNC);
  }

  @Test
  void who_only_reads_asks_for_no_sync() throws IOException {
    server.answer(Operation.OPEN_FILE, out -> out.number32(1));
    server.answer(Operation.READ, out -> out.number32(-1));
    Path file = remote.getPath("/f");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
    remote.close();
    assertThat(server.asked()).contains(Operation.READ).doesNotContain(Operation.SYNC);
  }

  @Test
  void who_opens_to_write_asks_for_one() throws IOException {
    server.answer(Operation.OPEN_FILE, out -> out.number32(1));
    Path file = remote.getPath("/f");
    FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE).close();
    remote.close();
    assertThat(server.asked()).endsWith(Operation.SYNC);
  }

  @Test
  void what_a_sync_came_too_early_for_is_synced_when_closing() throws Exception {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch synced = new CountDownLatch(1);
    server.answer(Operation.OPEN_FILE, out -> out.number32(1));
    server.answer(
        Operation.WRITE,
        out -> {
          writing.countDown();
          synced.await();
          out.number32(3);
        });
    CompletableFuture<Integer> written = new CompletableFuture<>();
    FileChannel file = FileChannel.open(remote.getPath("/f"), StandardOpenOption.WRITE);
    Thread writer =
        new Thread(
            () -> {
              try {
                written.complete(file.write(ByteBuffer.allocate(3)));
              } catch (IOException | RuntimeException e) {
                written.completeExceptionally(e);
              }
            });
    writer.start();
    assertThat(writing.await(1, TimeUnit.MINUTES)).isTrue();
    remote.sync();
    synced.countDown();
    assertThat(written.get(1, TimeUnit.MINUTES)).isEqualTo(3);
    file.close();
    remote.close();
    assertThat(server.asked()).filteredOn(Operation.SYNC::equals).hasSize(2);
    assertThat(server.asked()).endsWith(Operation.SYNC);
  }
}
