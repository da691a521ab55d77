package org.dedupfs.control;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection: messages of a head and, where a file's bytes travel, a bulk.
 *
 * <pre>
 * length of the head (4 bytes), length of the bulk (4), head, bulk
 * </pre>
 *
 * <p>The socket does not block, and a selector waits: so that waiting has a limit, and so that an
 * interrupt does not close the connection, which other threads' files depend on. For one thread at
 * a time, but for {@link #close}.
 */
final class Link implements Closeable {
  /** No limit of time. */
  static final Duration FOREVER = Duration.ZERO;

  private static final int FIXED_BYTES = 8;
  private static final int SMALL_BYTES = 32 << 10;
  private static final int SOCKET_BUFFER_BYTES = 512 << 10;

  private final SocketChannel socket;
  private final Selector selector;
  private final SelectionKey key;
  private ByteBuffer input = ByteBuffer.allocateDirect(SMALL_BYTES).limit(0);
  private int bulkLeft;
  private boolean interruptible;

  private Link(SocketChannel socket, Selector selector, SelectionKey key) {
    this.socket = socket;
    this.selector = selector;
    this.key = key;
  }

  /** Takes over {@code socket}, which is closed if this fails. */
  static Link of(SocketChannel socket) throws IOException {
    try {
      socket.configureBlocking(false);
      socket.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
      Selector selector = socket.provider().openSelector();
      return new Link(socket, selector, socket.register(selector, 0));
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** From now on an interrupt ends waiting, and with it the connection. */
  void endOnInterrupt() {
    interruptible = true;
  }

  /** Sends a message; the bulk is what remains in {@code bulk}, and consumed. */
  void send(Outgoing message, @Nullable ByteBuffer bulk, Duration limit) throws IOException {
    ByteBuffer head = message.finish(bulk == null ? 0 : bulk.remaining());
    long deadline = deadline(limit);
    ByteBuffer[] both = bulk == null ? new ByteBuffer[] {head} : new ByteBuffer[] {head, bulk};
    ByteBuffer last = both[both.length - 1];
    while (head.hasRemaining() || last.hasRemaining()) {
      if (write(both) == 0) {
        await(SelectionKey.OP_WRITE, deadline);
      }
    }
  }

  private long write(ByteBuffer[] both) throws IOException {
    return both.length == 1 ? socket.write(both[0]) : socket.write(both);
  }

  /**
   * Waits for the next message and gives its head; what is left of the bulk before is passed over.
   *
   * @param idle how long to wait for its first byte
   * @param stall and then for all of it
   * @return null if the other end has closed the connection, having sent whole messages only
   */
  @Nullable Incoming receive(Duration idle, Duration stall) throws IOException {
    long deadline = deadline(stall);
    while (bulkLeft > 0) {
      ByteBuffer waste = ByteBuffer.allocate(Math.min(bulkLeft, SMALL_BYTES));
      receiveBulk(waste, deadline);
    }
    if (!input.hasRemaining()) {
      shrink();
      if (!fill(1, deadline(idle))) {
        return null;
      }
    }
    deadline = deadline(stall);
    require(FIXED_BYTES, deadline);
    int head = input.getInt();
    int bulk = input.getInt();
    if (head < 1 || head > Limits.HEAD_BYTES || bulk < 0 || bulk > Limits.BULK_BYTES) {
      throw new MalformedMessageException(
          "a message cannot have a head of " + head + " bytes and a bulk of " + bulk);
    }
    require(head, deadline);
    Incoming message = new Incoming(input.slice(input.position(), head));
    input.position(input.position() + head);
    bulkLeft = bulk;
    return message;
  }

  /** How much of the bulk of the last message has not been taken yet. */
  int bulkBytes() {
    return bulkLeft;
  }

  /** Fills {@code target} up to its limit, which the bulk must reach to. */
  void receiveBulk(ByteBuffer target, Duration stall) throws IOException {
    receiveBulk(target, deadline(stall));
  }

  private void receiveBulk(ByteBuffer target, long deadline) throws IOException {
    int wanted = target.remaining();
    if (wanted > bulkLeft) {
      throw new MalformedMessageException(bulkLeft + " bytes where " + wanted + " are needed");
    }
    int buffered = Math.min(wanted, input.remaining());
    target.put(input.slice(input.position(), buffered));
    input.position(input.position() + buffered);
    while (target.hasRemaining()) {
      read(target, deadline);
    }
    bulkLeft -= wanted;
  }

  private void require(int bytes, long deadline) throws IOException {
    if (input.remaining() < bytes && !fill(bytes, deadline)) {
      throw new EOFException("the connection ended in the middle of a message");
    }
  }

  /** Reads until {@code bytes} are there; false if the connection ended before the first. */
  private boolean fill(int bytes, long deadline) throws IOException {
    if (input.capacity() - input.position() < bytes) {
      input =
          input.capacity() < bytes
              ? ByteBuffer.allocate(bytes).put(input).flip()
              : input.compact().flip();
    }
    int start = input.position();
    int end = input.limit();
    input.position(end).limit(input.capacity());
    try {
      while (input.position() - start < bytes) {
        int count = socket.read(input);
        if (count == 0) {
          await(SelectionKey.OP_READ, deadline);
        } else if (count < 0) {
          if (input.position() == start) {
            return false;
          }
          throw new EOFException("the connection ended in the middle of a message");
        }
      }
    } finally {
      input.limit(input.position()).position(start);
    }
    return true;
  }

  private void shrink() {
    input =
        input.isDirect() ? input.clear().limit(0) : ByteBuffer.allocateDirect(SMALL_BYTES).limit(0);
  }

  private void read(ByteBuffer target, long deadline) throws IOException {
    int count = socket.read(target);
    if (count < 0) {
      throw new EOFException("the connection ended in the middle of a message");
    }
    if (count == 0) {
      await(SelectionKey.OP_READ, deadline);
    }
  }

  private void await(int operation, long deadline) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        long left = deadline == 0 ? 0 : (deadline - System.nanoTime()) / 1_000_000 + 1;
        if (deadline != 0 && left <= 0) {
          throw new SocketTimeoutException("the other end of the connection says nothing");
        }
        if (select(operation, left) > 0) {
          return;
        }
        if (Thread.interrupted()) {
          interrupted = true;
          if (interruptible) {
            throw new InterruptedIOException("interrupted");
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private int select(int operation, long millis) throws IOException {
    try {
      key.interestOps(operation);
      int ready = selector.select(millis);
      selector.selectedKeys().clear();
      if (socket.isOpen()) {
        return ready;
      }
    } catch (ClosedSelectorException | CancelledKeyException e) {
      throw new AsynchronousCloseException();
    }
    throw new AsynchronousCloseException();
  }

  private static long deadline(Duration limit) {
    // A deadline of exactly 0 would be none; a nanosecond more does not matter.
    return limit.isZero() ? 0 : (System.nanoTime() + limit.toNanos()) | 1;
  }

  /** Ends whatever another thread is waiting for here. */
  @Override
  public void close() throws IOException {
    try (selector) {
      socket.close();
    }
  }
}
