package org.dedupfs.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.dedupfs.ScrubOptions;
import org.dedupfs.fixtures.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients can cost that want too much, say nothing or anything, or go away. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ControlLimitsTest extends AbstractControlTest {
  @Test
  void more_connections_than_allowed_are_refused_and_clients_do_with_fewer() throws Exception {
    Limits two = new Limits(2, 10, PATIENT.hello(), PATIENT.stall(), PATIENT.idle());
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try (ControlServer server = ControlServer.start(store, two)) {
      try (RemoteFileSystem one = connect()) {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          Path file = one.getPath("/file " + i);
          all.add(
              threads.submit(
                  () -> {
                    for (int k = 0; k < 50; k++) {
                      Files.write(file, new byte[100_000]);
                    }
                    return null;
                  }));
        }
        for (Future<?> each : all) {
          each.get();
        }
        assertThat(server.connections()).isLessThanOrEqualTo(2);
        try (RemoteFileSystem another = server.connections() == 1 ? connect() : one) {
          assertThatThrownBy(this::connect)
              .isInstanceOf(ControlConnectionException.class)
              .hasMessageContaining("in use");
          assertThat(another.isOpen()).isTrue();
        }
      }
      await(() -> server.connections() == 0);
      connect().close();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void open_files_of_a_connection_are_bounded() throws IOException {
    Limits few = new Limits(2, 3, PATIENT.hello(), PATIENT.stall(), PATIENT.idle());
    try (ControlServer server = ControlServer.start(store, few);
        RemoteFileSystem remote = connect()) {
      List<FileChannel> open = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        open.add(FileChannel.open(remote.getPath("/file"), StandardOpenOption.READ));
      }
      assertThatThrownBy(() -> FileChannel.open(remote.getPath("/file")))
          .hasMessageContaining("3 files and directories");
      open.get(0).close();
      FileChannel.open(remote.getPath("/file")).close();
      assertThat(server.connections()).isOne();
    }
  }

  @Test
  void who_says_nothing_is_disconnected() throws IOException {
    Duration soon = Duration.ofMillis(50);
    try (ControlServer server =
        ControlServer.start(store, new Limits(9, 9, soon, soon, Duration.ofMillis(100)))) {
      try (SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
        await(() -> server.connections() == 1);
        assertThat(silent.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }
      try (SocketChannel slow = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
        slow.write(ByteBuffer.wrap(new byte[] {0, 0}));
        assertThat(slow.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }
      RemoteFileSystem idle = connect();
      await(() -> server.connections() == 0);
      assertThatThrownBy(idle::statistics)
          .isInstanceOf(ControlConnectionException.class)
          .hasMessageContaining("has ended or closed the connection");
      idle.close();
    }
  }

  @Test
  void another_version_is_told_so() throws IOException {
    try (ControlServer server = ControlServer.start(store);
        Link link = Link.of(SocketChannel.open(UnixDomainSocketAddress.of(socket())))) {
      Outgoing hello = new Outgoing().reset().number8(WireNumber.of(Operation.HELLO));
      link.send(hello.number32(Operation.MAGIC).number32(99), null, Link.FOREVER);
      Incoming answer = link.receive(Link.FOREVER, Link.FOREVER);
      assertThat(answer).isNotNull();
      assertThat(answer.flag()).isFalse();
      assertThat(Failures.read(answer)).hasMessageContaining("version 99");
      assertThat(link.receive(Link.FOREVER, Link.FOREVER)).isNull();
      await(() -> server.connections() == 0);
    }
  }

  /** Each begins as a client does, or not even that; then anything. */
  @Test
  void no_bytes_whatsoever_harm_the_server() throws Exception {
    Random random = new Random(Seeds.next("ControlServerTest"));
    Duration soon = Duration.ofMillis(500);
    try (ControlServer server = ControlServer.start(store, new Limits(16, 20, soon, soon, soon))) {
      for (int i = 0; i < 400; i++) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
          scribble(channel, random);
        }
        if (i % 50 == 0) {
          await(() -> server.connections() < 8);
        }
      }
      await(() -> server.connections() == 0);
      try (RemoteFileSystem remote = connect()) {
        assertThat(remote.statistics().directories()).isPositive();
        Files.writeString(remote.getPath("/after"), "fine");
        assertThat(Files.readString(remote.getPath("/after"))).isEqualTo("fine");
      }
    }
  }

  private static void scribble(SocketChannel channel, Random random) {
    try {
      if (random.nextInt(8) > 0) {
        ByteBuffer hello = ByteBuffer.allocate(17).putInt(9).putInt(0).put((byte) 0);
        channel.write(hello.putInt(Operation.MAGIC).putInt(Operation.VERSION).flip());
        channel.read(ByteBuffer.allocate(17));
      }
      for (int messages = random.nextInt(30); messages > 0; messages--) {
        channel.write(message(random));
        if (random.nextBoolean()) {
          channel.configureBlocking(false);
          channel.read(ByteBuffer.allocate(4096));
          channel.configureBlocking(true);
        }
      }
    } catch (IOException e) {
      // The server has had enough of it.
      assertThat(e.getMessage()).containsAnyOf("Broken pipe", "Connection reset");
    }
  }

  private static ByteBuffer message(Random random) {
    byte[] body = new byte[1 + random.nextInt(random.nextInt(20) == 0 ? 70_000 : 60)];
    random.nextBytes(body);
    int head = random.nextInt(10) == 0 ? random.nextInt() : body.length;
    int bulk = random.nextInt(10) == 0 ? random.nextInt() : 0;
    body[0] = (byte) random.nextInt(Operation.values().length + 1);
    // Often a text where one is expected, so that more than the first check is reached.
    if (body.length > 12 && random.nextInt(3) > 0) {
      boolean kind = random.nextBoolean();
      ByteBuffer text = ByteBuffer.wrap(body).position(kind ? 2 : 1);
      text.putInt(2).putChar('/').putChar((char) ('a' + random.nextInt(4)));
      body[1] = kind ? (byte) random.nextInt(3) : body[1];
      for (int i = text.position(); i < body.length && random.nextBoolean(); i++) {
        body[i] = (byte) random.nextInt(3);
      }
    }
    return ByteBuffer.allocate(8 + body.length).putInt(head).putInt(bulk).put(body).flip();
  }

  @Test
  void a_sweep_ends_when_its_client_is_gone_or_interrupted() throws Exception {
    try (ControlServer server = ControlServer.start(store);
        RemoteFileSystem remote = connect()) {
      assertThat(remote.sweep(true)).isEqualTo(store.sweep(true));
      CompletableFuture<Throwable> thrown = new CompletableFuture<>();
      Thread sweeper =
          new Thread(
              () -> {
                try {
                  while (true) {
                    remote.sweep(false);
                  }
                } catch (IOException | RuntimeException e) {
                  thrown.complete(e);
                }
              });
      sweeper.start();
      await(() -> server.connections() == 2);
      sweeper.interrupt();
      assertThat(thrown.get(2, TimeUnit.MINUTES)).isInstanceOf(InterruptedIOException.class);
      await(() -> server.connections() == 1);
      // The other connection does not notice.
      assertThat(Files.readString(remote.getPath("/file"))).isEqualTo("content");
    }
  }

  @Test
  void a_check_and_a_scrub_tell_all_and_end_when_their_client_is_gone_or_interrupted()
      throws Exception {
    try (ControlServer server = ControlServer.start(store);
        RemoteFileSystem remote = connect()) {
      assertThat(remote.check(finding -> {})).isEqualTo(store.check(finding -> {}));
      ScrubOptions anew = ScrubOptions.DEFAULT.withRestart(true);
      assertThat(remote.scrub(anew, finding -> {})).isEqualTo(store.scrub(anew, finding -> {}));
      CompletableFuture<Throwable> thrown = new CompletableFuture<>();
      Thread scrubber =
          new Thread(
              () -> {
                try {
                  while (true) {
                    remote.scrub(anew.withBytesPerSecond(1_000), finding -> {});
                  }
                } catch (IOException | RuntimeException e) {
                  thrown.complete(e);
                }
              });
      scrubber.start();
      await(() -> server.connections() == 2);
      scrubber.interrupt();
      assertThat(thrown.get(2, TimeUnit.MINUTES)).isInstanceOf(InterruptedIOException.class);
      await(() -> server.connections() == 1);
      assertThat(store.check(finding -> {}).findings()).isZero();
      assertThat(Files.readString(remote.getPath("/file"))).isEqualTo("content");
    }
  }
}
