package org.dedupfs.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.StoreFigure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ControlServerTest extends AbstractControlTest {
  @Test
  void the_socket_is_the_owners_and_gone_when_the_server_is() throws IOException {
    try (ControlServer server = ControlServer.start(store)) {
      assertThat(server.connections()).isZero();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
          .isEqualTo("rw-------");
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(store.storeDirectory())))
          .isEqualTo("rwx------");
    }
    assertThat(socket()).doesNotExist();
    assertThat(RemoteFileSystem.connect(store.storeDirectory())).isEmpty();
  }

  @Test
  void a_socket_that_a_dead_server_left_is_replaced() throws IOException {
    for (String name : List.of("control", "control.new")) {
      try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        dead.bind(UnixDomainSocketAddress.of(store.storeDirectory().resolve(name)));
      }
    }
    assertThat(socket()).exists();
    assertThat(RemoteFileSystem.connect(store.storeDirectory())).isEmpty();
    try (ControlServer server = ControlServer.start(store);
        RemoteFileSystem remote = connect()) {
      assertThat(server.connections()).isOne();
      assertThat(Files.readString(remote.getPath("/file"))).isEqualTo("content");
    }
  }

  @Test
  void a_client_hears_what_was_done_by_whomever() throws IOException {
    Files.writeString(store.getPath("/ours"), "12345");
    try (ControlServer server = ControlServer.start(store);
        RemoteFileSystem remote = connect()) {
      long before = remote.activity().get(StoreFigure.BYTES_WRITTEN);
      assertThat(before).isGreaterThanOrEqualTo(5);
      Files.writeString(remote.getPath("/theirs"), "1234567");
      assertThat(remote.activity().get(StoreFigure.BYTES_WRITTEN)).isEqualTo(before + 7);
      assertThat(remote.activity().values().keySet()).containsExactly(StoreFigure.values());
      assertThat(server.connections()).isOne();
    }
  }

  @Test
  void a_server_that_lives_is_not_replaced() throws IOException {
    try (ControlServer first = ControlServer.start(store)) {
      assertThatThrownBy(() -> ControlServer.start(store)).hasMessageContaining("answers at");
      try (RemoteFileSystem remote = connect()) {
        assertThat(first.connections()).isOne();
        assertThat(Files.readString(remote.getPath("/file"))).isEqualTo("content");
      }
    }
  }

  @Test
  void the_path_of_a_store_may_be_long_and_of_any_bytes() throws IOException {
    Path deep = directory.resolve("d".repeat(200)).resolve("\u00e4 \u20ac");
    Files.createDirectories(deep);
    try (DedupFileSystem far = DedupFileSystems.create(deep.resolve("store"));
        ControlServer server = ControlServer.start(far);
        RemoteFileSystem remote = RemoteFileSystem.connect(far.storeDirectory()).orElseThrow()) {
      assertThat(server.connections()).isOne();
      assertThat(far.storeDirectory().resolve("control")).exists();
      Files.writeString(remote.getPath("/x"), "y");
      assertThat(Files.readString(far.getPath("/x"))).isEqualTo("y");
    }
  }

  @Test
  void principals_are_told_apart_by_number_whatever_their_names() throws IOException {
    assertThat(Peers.byNumber("65534")).isEqualTo(Peers.byNumber("65534"));
    assertThat(Peers.byNumber("65534")).isNotEqualTo(Peers.byNumber("65533"));
    // By its name here, by its number there.
    assertThat(Files.getOwner(Path.of("/proc/self"))).isEqualTo(Files.getOwner(directory));
    try (ControlServer server = ControlServer.start(store);
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      assertThat(server.connections()).isNotNegative();
      assertThat(Peers.rootAndSelf().trust(channel)).isTrue();
    }
  }

  @Test
  void what_a_client_leaves_open_is_closed_with_its_connection() throws IOException {
    try (ControlServer server = ControlServer.start(store)) {
      long before = store.statistics().files();
      RemoteFileSystem remote = connect();
      FileChannel left =
          FileChannel.open(
              remote.getPath("/left"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      left.write(ByteBuffer.allocate(10));
      // Without a name it lasts as long as it is open.
      Files.delete(store.getPath("/left"));
      assertThat(store.statistics().files()).isEqualTo(before + 1);
      remote.close();
      await(() -> server.connections() == 0);
      assertThat(store.statistics().files()).isEqualTo(before);
      assertThatThrownBy(left::size).isInstanceOf(IOException.class);
    }
  }

  @Test
  void closing_makes_durable_what_was_changed() throws IOException {
    Path copy = directory.resolve("copy");
    try (ControlServer server = ControlServer.start(store)) {
      try (RemoteFileSystem remote = connect()) {
        assertThat(server.connections()).isOne();
        Files.writeString(remote.getPath("/durable"), "text");
      }
      // As after a power cut now.
      Files.createDirectories(copy.resolve("blocks"));
      for (Path each : List.of(Path.of(""), Path.of("blocks"))) {
        try (DirectoryStream<Path> files =
            Files.newDirectoryStream(store.storeDirectory().resolve(each), Files::isRegularFile)) {
          for (Path file : files) {
            Files.copy(file, copy.resolve(each).resolve(file.getFileName()));
          }
        }
      }
    }
    try (DedupFileSystem after = DedupFileSystems.open(copy)) {
      assertThat(Files.readString(after.getPath("/durable"))).isEqualTo("text");
    }
  }

  @Test
  void a_stale_handle_does_not_cost_the_connection() throws IOException {
    try (ControlServer server = ControlServer.start(store);
        ClientConnection connection = ClientConnection.open(store.storeDirectory())) {
      assertThat(connection).isNotNull();
      for (Operation operation : List.of(Operation.POSITION, Operation.CLOSE)) {
        assertThatThrownBy(
                () -> connection.call(operation, out -> out.number32(99), in -> Boolean.TRUE))
            .isExactlyInstanceOf(ClosedChannelException.class);
      }
      Boolean alive = connection.call(Operation.PING, out -> {}, in -> Boolean.TRUE);
      assertThat(alive).isTrue();
      assertThat(server.connections()).isOne();
    }
  }

  @Test
  void an_interrupt_does_not_cost_the_connection() throws IOException {
    try (ControlServer server = ControlServer.start(store);
        RemoteFileSystem remote = connect();
        FileChannel file = FileChannel.open(remote.getPath("/file"))) {
      Thread.currentThread().interrupt();
      assertThat(file.read(ByteBuffer.allocate(20))).isEqualTo(7);
      assertThat(Files.exists(remote.getPath("/file"))).isTrue();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(server.connections()).isOne();
    }
  }

  @Test
  void when_the_server_closes_clients_are_told() throws IOException {
    ControlServer server = ControlServer.start(store);
    RemoteFileSystem remote = connect();
    FileChannel file = FileChannel.open(remote.getPath("/file"), StandardOpenOption.WRITE);
    server.close();
    assertThatThrownBy(() -> file.write(ByteBuffer.allocate(9)))
        .isInstanceOf(ControlConnectionException.class);
    assertThatThrownBy(() -> Files.delete(remote.getPath("/file")))
        .isInstanceOf(ControlConnectionException.class)
        .hasMessageContaining("process " + ProcessHandle.current().pid());
    assertThatThrownBy(remote::close).isInstanceOf(ControlConnectionException.class);
    assertThat(Files.readString(store.getPath("/file"))).isEqualTo("content");
  }

  @Test
  void readers_may_serve_too() throws IOException {
    Path path = store.storeDirectory();
    store.close();
    store = DedupFileSystems.open(path, DedupOptions.builder().readOnly(true).build());
    try (ControlServer server = ControlServer.start(store);
        RemoteFileSystem remote = connect()) {
      assertThat(server.connections()).isOne();
      assertThat(remote.isReadOnly()).isTrue();
      assertThat(Files.readString(remote.getPath("/file"))).isEqualTo("content");
    }
  }
}
