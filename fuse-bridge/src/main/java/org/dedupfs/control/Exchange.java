package org.dedupfs.control;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A request and the answer to it, at the server. For one thread. */
final class Exchange {
  private final Outgoing answer;
  private Incoming request = new Incoming(ByteBuffer.allocate(0));
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private @Nullable ByteBuffer bulk;

  Exchange(Outgoing answer) {
    this.answer = answer;
  }

  /** What answers requests of one kind. */
  interface Handler {
    void answer(Exchange exchange) throws Exception;
  }

  void begin(Incoming next) {
    request = next;
    bulk = null;
  }

  Incoming request() {
    return request;
  }

  Outgoing answer() {
    return answer;
  }

  /**
   * The buffer for bulk, in either direction, empty and limited to {@code bytes}, which were
   * checked to be allowed.
   */
  ByteBuffer buffer(int bytes) {
    if (buffer.capacity() < bytes) {
      int rounded = Math.max(64 << 10, Integer.highestOneBit(Math.max(1, bytes - 1)) << 1);
      buffer = ByteBuffer.allocateDirect(Math.min(Limits.BULK_BYTES, rounded));
    }
    return buffer.clear().limit(bytes);
  }

  /** The bulk of the request: what was received into {@link #buffer}. */
  ByteBuffer received() {
    return buffer;
  }

  void answerBulk(ByteBuffer bytes) {
    bulk = bytes;
  }

  @Nullable ByteBuffer bulk() {
    return bulk;
  }
}
