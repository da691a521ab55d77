package org.dedupfs.control;

import java.nio.ByteBuffer;
import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message that arrived, without its bulk; nothing in it is believed before it is checked, and
 * nothing allocated that it has no bytes for. For one thread; valid until the next arrives.
 */
final class Incoming {
  private final ByteBuffer buffer;

  Incoming(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  private ByteBuffer present(long bytes) throws MalformedMessageException {
    if (buffer.remaining() < bytes) {
      throw new MalformedMessageException("a message ends too early");
    }
    return buffer;
  }

  /** To be called before anything is done: whoever sends more than is asked for means another. */
  void end() throws MalformedMessageException {
    if (buffer.hasRemaining()) {
      throw new MalformedMessageException("a message is longer than it should be");
    }
  }

  int number8() throws MalformedMessageException {
    return present(1).get() & 0xFF;
  }

  boolean flag() throws MalformedMessageException {
    int value = number8();
    if (value > 1) {
      throw new MalformedMessageException(value + " is neither true nor false");
    }
    return value == 1;
  }

  int number32() throws MalformedMessageException {
    return present(4).getInt();
  }

  long number64() throws MalformedMessageException {
    return present(8).getLong();
  }

  /** How many items follow, each of at least {@code leastBytes}. */
  int count(int leastBytes) throws MalformedMessageException {
    int count = number32();
    if (count < 0 || (long) count * leastBytes > buffer.remaining()) {
      throw new MalformedMessageException("a list of " + count + " items does not fit a message");
    }
    return count;
  }

  byte @Nullable [] bytesOrNull() throws MalformedMessageException {
    int length = number32();
    if (length == -1) {
      return null;
    }
    if (length < 0) {
      throw new MalformedMessageException("a length is " + length);
    }
    present(length);
    byte[] bytes = new byte[length];
    buffer.get(bytes);
    return bytes;
  }

  byte[] bytes() throws MalformedMessageException {
    return required(bytesOrNull());
  }

  @Nullable String textOrNull() throws MalformedMessageException {
    int length = number32();
    if (length == -1) {
      return null;
    }
    if (length < 0) {
      throw new MalformedMessageException("a length is " + length);
    }
    present(2L * length);
    char[] characters = new char[length];
    buffer.asCharBuffer().get(characters);
    buffer.position(buffer.position() + 2 * length);
    return new String(characters);
  }

  String text() throws MalformedMessageException {
    return required(textOrNull());
  }

  @Nullable FileTime timeOrNull() throws MalformedMessageException {
    if (!flag()) {
      return null;
    }
    long seconds = number64();
    int nanos = number32();
    try {
      return FileTime.from(Instant.ofEpochSecond(seconds, nanos));
    } catch (DateTimeException | ArithmeticException e) {
      throw new MalformedMessageException("no time: " + seconds + " s and " + nanos + " ns");
    }
  }

  FileTime time() throws MalformedMessageException {
    return required(timeOrNull());
  }

  private static <T> T required(@Nullable T value) throws MalformedMessageException {
    if (value == null) {
      throw new MalformedMessageException("a message lacks a value");
    }
    return value;
  }
}
