package org.dedupfs.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A message being written, without its bulk. For one thread; used again and again. */
final class Outgoing {
  private static final int SMALL_BYTES = 8 << 10;
  private static final int FIXED_BYTES = 8;

  private final ByteBuffer small = ByteBuffer.allocateDirect(SMALL_BYTES);
  private ByteBuffer buffer = small;

  Outgoing reset() {
    buffer = small.clear().position(FIXED_BYTES);
    return this;
  }

  /** Ready to be sent, lengths in front. */
  ByteBuffer finish(int bulkBytes) {
    buffer.putInt(0, buffer.position() - FIXED_BYTES).putInt(4, bulkBytes);
    return buffer.flip();
  }

  private ByteBuffer room(long bytes) throws IOException {
    if (buffer.remaining() >= bytes) {
      return buffer;
    }
    long wanted = buffer.position() + bytes;
    if (wanted > Limits.HEAD_BYTES) {
      throw new IOException(
          "names or attributes of " + wanted + " bytes are too much for the control channel");
    }
    ByteBuffer larger =
        ByteBuffer.allocate((int) Math.min(Limits.HEAD_BYTES, Math.max(wanted, 65536)));
    larger.put(buffer.flip());
    buffer = larger;
    return buffer;
  }

  Outgoing number8(int value) throws IOException {
    room(1).put((byte) value);
    return this;
  }

  Outgoing flag(boolean value) throws IOException {
    return number8(value ? 1 : 0);
  }

  Outgoing number32(int value) throws IOException {
    room(4).putInt(value);
    return this;
  }

  Outgoing number64(long value) throws IOException {
    room(8).putLong(value);
    return this;
  }

  Outgoing bytes(byte @Nullable [] value) throws IOException {
    if (value == null) {
      return number32(-1);
    }
    room(4L + value.length).putInt(value.length).put(value);
    return this;
  }

  /** Any string, lone surrogates included. */
  Outgoing text(@Nullable String value) throws IOException {
    if (value == null) {
      return number32(-1);
    }
    ByteBuffer target = room(4L + 2L * value.length()).putInt(value.length());
    for (int i = 0; i < value.length(); i++) {
      target.putChar(value.charAt(i));
    }
    return this;
  }

  Outgoing time(@Nullable FileTime value) throws IOException {
    if (value == null) {
      return flag(false);
    }
    Instant instant = value.toInstant();
    return flag(true).number64(instant.getEpochSecond()).number32(instant.getNano());
  }
}
