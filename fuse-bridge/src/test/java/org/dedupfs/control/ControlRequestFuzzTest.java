package org.dedupfs.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Any requests of a client, in any order, on one connection: each is answered or refused, no
 * failure is one of ours, and the store is in order after them. And any answers to a client.
 */
class ControlRequestFuzzTest {
  private static final int MOST_REQUESTS = 60;
  private static final List<String> TEXTS =
      List.of(
          "/", "/file", "/d", "/d/f", "/x", "/link", "unix:mode", "user.a", "", "\0", "..", "*");

  private static Path directory;
  private static DedupFileSystem store;

  @BeforeAll
  static void make() throws IOException {
    directory = Files.createTempDirectory("dedupfs-requests");
    DedupOptions options = DedupOptions.builder().memoryBytes(64 << 20).threads(1).build();
    store = DedupFileSystems.create(directory.resolve("store"), options);
    fill();
  }

  private static void fill() throws IOException {
    Files.createDirectories(store.getPath("/d"));
    Files.writeString(store.getPath("/file"), "content");
    Files.writeString(store.getPath("/d/f"), "more");
    Files.createSymbolicLink(store.getPath("/link"), store.getPath("d"));
  }

  @AfterAll
  static void close() throws IOException {
    store.close();
    try (DirectoryStream<Path> blocks = Files.newDirectoryStream(store.storeDirectory())) {
      for (Path each : blocks) {
        if (Files.isDirectory(each)) {
          try (DirectoryStream<Path> files = Files.newDirectoryStream(each)) {
            for (Path file : files) {
              Files.delete(file);
            }
          }
        }
        Files.delete(each);
      }
    }
    Files.delete(store.storeDirectory());
    Files.delete(directory);
  }

  @FuzzTest(maxDuration = "120s")
  void any_requests_are_answered_or_refused_and_any_answers_too(byte[] input) throws IOException {
    answersTo(ByteBuffer.wrap(input));
    reads(input);
  }

  private static void answersTo(ByteBuffer input) throws IOException {
    Map<Operation, Exchange.Handler> handlers = new EnumMap<>(Operation.class);
    try (Handles handles = new Handles(16)) {
      new PathRequests(store).register(handlers);
      new AttributeRequests(store, handles).register(handlers);
      new FileRequests(store, handles).register(handlers);
      new DirectoryRequests(store, handles).register(handlers);
      new MaintenanceRequests(store, handles, Limits.DEFAULTS.idle()).register(handlers);
      Outgoing answer = new Outgoing();
      Exchange exchange = new Exchange(answer);
      for (int i = 0; i < MOST_REQUESTS && input.hasRemaining(); i++) {
        Operation operation = Operation.of((input.get() & 0xFF) % Operation.values().length);
        Exchange.Handler handler = operation == null ? null : handlers.get(operation);
        if (handler == null) {
          continue;
        }
        if (!answered(handler, exchange, answer, body(input), bulk(input), operation)) {
          return; // the connection ends here
        }
      }
    }
  }

  /** Whether the connection goes on. */
  private static boolean answered(
      Exchange.Handler handler,
      Exchange exchange,
      Outgoing answer,
      ByteBuffer body,
      byte[] bulk,
      Operation operation)
      throws IOException {
    exchange.begin(new Incoming(body));
    exchange.buffer(bulk.length).put(bulk).flip();
    try {
      handler.answer(exchange);
      return true;
    } catch (MalformedMessageException e) {
      return false;
    } catch (Exception e) {
      requireDocumented(operation, e);
      Failures.write(answer.reset().flag(false), e);
      return true;
    } finally {
      answer.reset().flag(true);
    }
  }

  private static void requireDocumented(Operation operation, Exception failure) {
    if (failure instanceof NullPointerException
        || failure instanceof IndexOutOfBoundsException
        || failure instanceof IllegalStateException
        || failure instanceof NegativeArraySizeException
        || failure instanceof ArithmeticException
        || failure instanceof BufferUnderflowException
        || failure instanceof java.nio.BufferOverflowException
        || failure instanceof ArrayStoreException) {
      throw new AssertionError(operation + " failed with what nobody documents", failure);
    }
  }

  /** Values as requests have them, often ones that mean something. */
  private static ByteBuffer body(ByteBuffer input) {
    ByteBuffer body = ByteBuffer.allocate(4096);
    int values = input.hasRemaining() ? input.get() & 7 : 0;
    for (int i = 0; i < values && body.remaining() > 600 && input.hasRemaining(); i++) {
      int kind = input.get() & 0xFF;
      int small = input.hasRemaining() ? input.get() : 0;
      switch (kind % 8) {
        case 0 -> body.put((byte) small);
        case 1 -> body.putInt(small);
        case 2 -> body.putLong(small);
        case 3, 4 -> text(body, TEXTS.get((small & 0xFF) % TEXTS.size()));
        case 5 -> {
          byte[] raw = new byte[Math.min(small & 0x3F, input.remaining())];
          input.get(raw);
          body.putInt(raw.length).put(raw);
        }
        case 6 -> body.putLong(small < 0 ? Long.MAX_VALUE + small : Long.MIN_VALUE + small);
        default -> {
          byte[] raw = new byte[Math.min(small & 0x3F, input.remaining())];
          input.get(raw);
          body.put(raw);
        }
      }
    }
    return body.flip();
  }

  private static void text(ByteBuffer body, String text) {
    body.putInt(text.length());
    text.chars().forEach(c -> body.putChar((char) c));
  }

  private static byte[] bulk(ByteBuffer input) {
    byte[] bulk =
        new byte[input.hasRemaining() ? Math.min(input.get() & 0x3F, input.remaining()) : 0];
    input.get(bulk);
    return bulk;
  }

  private interface Reading {
    Object of(Incoming in) throws IOException;
  }

  /** What a client reads, from a server that means harm. */
  private static void reads(byte[] answer) throws IOException {
    List<Reading> readings =
        List.of(Failures::read, MaintenanceRequests::read, Values::readCreation, in -> in.text());
    for (Reading each : readings) {
      Incoming in = new Incoming(ByteBuffer.wrap(answer));
      try {
        assertThat(each.of(in)).isNotNull();
      } catch (MalformedMessageException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }
}
