package org.dedupfs.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.DedupFileSystem;

/** Answers what is asked of open files. */
final class FileRequests {
  /** {@code NOFOLLOW_LINKS}, beside the standard options by their place in the enumeration. */
  static final int NOFOLLOW = 1 << 31;

  private final DedupFileSystem store;
  private final Handles handles;

  FileRequests(DedupFileSystem store, Handles handles) {
    this.store = store;
    this.handles = handles;
  }

  /** A request for a number of an open file. */
  private interface Question {
    long ask(DedupFileChannel file) throws IOException;
  }

  /** As {@link Question}, with a number of its own, and a second one that not each has. */
  private interface Call {
    long call(DedupFileChannel file, long first, long second) throws IOException;
  }

  void register(Map<Operation, Exchange.Handler> handlers) {
    handlers.put(Operation.OPEN_FILE, this::open);
    handlers.put(Operation.CLOSE, this::close);
    handlers.put(Operation.READ, this::read);
    handlers.put(Operation.READ_AT, this::readAt);
    handlers.put(Operation.WRITE, this::write);
    handlers.put(Operation.WRITE_AT, this::writeAt);
    handlers.put(Operation.FORCE, this::force);
    handlers.put(Operation.POSITION, exchange -> ask(exchange, FileChannel::position));
    handlers.put(Operation.SIZE, exchange -> ask(exchange, FileChannel::size));
    handlers.put(
        Operation.SET_POSITION,
        exchange -> call(exchange, 1, (file, at, none) -> file.position(at).position()));
    handlers.put(
        Operation.NEXT_DATA, exchange -> call(exchange, 1, (file, at, none) -> file.nextData(at)));
    handlers.put(
        Operation.NEXT_HOLE, exchange -> call(exchange, 1, (file, at, none) -> file.nextHole(at)));
    handlers.put(
        Operation.TRUNCATE,
        exchange ->
            call(
                exchange,
                1,
                (file, size, none) -> {
                  file.truncate(size);
                  return 0;
                }));
    handlers.put(
        Operation.SET_LENGTH,
        exchange ->
            call(
                exchange,
                1,
                (file, size, none) -> {
                  file.setLength(size);
                  return 0;
                }));
    registerRanges(handlers);
  }

  private void registerRanges(Map<Operation, Exchange.Handler> handlers) {
    handlers.put(
        Operation.ALLOCATE,
        exchange ->
            call(
                exchange,
                2,
                (file, offset, length) -> {
                  file.allocate(offset, length);
                  return 0;
                }));
    handlers.put(
        Operation.ZERO_RANGE,
        exchange ->
            call(
                exchange,
                2,
                (file, offset, length) -> {
                  file.zeroRange(offset, length);
                  return 0;
                }));
    handlers.put(
        Operation.PUNCH_HOLE,
        exchange ->
            call(
                exchange,
                2,
                (file, offset, length) -> {
                  file.punchHole(offset, length);
                  return 0;
                }));
  }

  private DedupFileChannel file(Incoming in) throws IOException {
    return handles.get(in.number32(), DedupFileChannel.class);
  }

  private void ask(Exchange exchange, Question question) throws IOException {
    DedupFileChannel file = file(exchange.request());
    exchange.request().end();
    exchange.answer().number64(question.ask(file));
  }

  private void call(Exchange exchange, int numbers, Call call) throws IOException {
    DedupFileChannel file = file(exchange.request());
    long first = exchange.request().number64();
    long second = numbers > 1 ? exchange.request().number64() : 0;
    exchange.request().end();
    exchange.answer().number64(call.call(file, first, second));
  }

  private void open(Exchange exchange) throws IOException {
    Path path = store.getPath(exchange.request().text());
    Set<OpenOption> options = options(exchange.request().number32());
    FileAttribute<?>[] attributes = Values.readCreation(exchange.request());
    exchange.request().end();
    FileChannel opened = store.provider().newFileChannel(path, options, attributes);
    exchange.answer().number32(handles.add(opened));
  }

  private static Set<OpenOption> options(int bits) {
    Set<OpenOption> options = new HashSet<>();
    for (StandardOpenOption option : StandardOpenOption.values()) {
      if ((bits & WireNumber.bit(option)) != 0) {
        options.add(option);
      }
    }
    if ((bits & NOFOLLOW) != 0) {
      options.add(LinkOption.NOFOLLOW_LINKS);
    }
    return options;
  }

  private void close(Exchange exchange) throws IOException {
    int handle = exchange.request().number32();
    exchange.request().end();
    handles.remove(handle).close();
  }

  private void read(Exchange exchange) throws IOException {
    DedupFileChannel file = file(exchange.request());
    ByteBuffer buffer = buffer(exchange);
    exchange.request().end();
    answer(exchange, buffer, file.read(buffer));
  }

  private void readAt(Exchange exchange) throws IOException {
    DedupFileChannel file = file(exchange.request());
    ByteBuffer buffer = buffer(exchange);
    long position = exchange.request().number64();
    exchange.request().end();
    answer(exchange, buffer, file.read(buffer, position));
  }

  private static ByteBuffer buffer(Exchange exchange) throws MalformedMessageException {
    int bytes = exchange.request().number32();
    if (bytes < 0 || bytes > Limits.BULK_BYTES) {
      throw new MalformedMessageException("nobody can read " + bytes + " bytes at a time");
    }
    return exchange.buffer(bytes);
  }

  private static void answer(Exchange exchange, ByteBuffer buffer, int count) throws IOException {
    exchange.answer().number32(count);
    exchange.answerBulk(buffer.flip());
  }

  private void write(Exchange exchange) throws IOException {
    DedupFileChannel file = file(exchange.request());
    exchange.request().end();
    exchange.answer().number32(file.write(exchange.received()));
  }

  private void writeAt(Exchange exchange) throws IOException {
    DedupFileChannel file = file(exchange.request());
    long position = exchange.request().number64();
    exchange.request().end();
    exchange.answer().number32(file.write(exchange.received(), position));
  }

  private void force(Exchange exchange) throws IOException {
    DedupFileChannel file = file(exchange.request());
    boolean metadata = exchange.request().flag();
    exchange.request().end();
    file.force(metadata);
  }
}
