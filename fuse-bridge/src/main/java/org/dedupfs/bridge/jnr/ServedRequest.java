package org.dedupfs.bridge.jnr;

import java.nio.ByteBuffer;
import org.dedupfs.bridge.Request;
import org.jspecify.annotations.Nullable;

/**
 * The request that a thread serves, as a view of the memory into which it was received. One object
 * per thread, which changes with each request.
 */
final class ServedRequest implements Request {
  private final long memory;
  private final ByteBuffer received;
  private ByteBuffer target = ByteBuffer.allocate(0);
  private long targetAddress;

  /**
   * @param memory where requests are received
   */
  ServedRequest(long memory, int sizeBytes) {
    this.memory = memory;
    this.received = NativeMemory.IO.newDirectByteBuffer(memory, sizeBytes);
  }

  /**
   * For what libfuse asks outside any request: at the end it removes the files that it hid, as it
   * else does in the RELEASE of the last handle.
   *
   * @param memory zeros, which this writes to, as large as the head of a request
   */
  static ServedRequest none(long memory) {
    NativeMemory.IO.putInt(memory + StructLayouts.IN_OPCODE, RELEASE);
    return new ServedRequest(memory, StructLayouts.IN_BYTES);
  }

  @Override
  public int opcode() {
    return NativeMemory.IO.getInt(memory + StructLayouts.IN_OPCODE);
  }

  @Override
  public long nodeId() {
    return NativeMemory.IO.getLong(memory + StructLayouts.IN_NODE_ID);
  }

  @Override
  public int uid() {
    return NativeMemory.IO.getInt(memory + StructLayouts.IN_UID);
  }

  @Override
  public int gid() {
    return NativeMemory.IO.getInt(memory + StructLayouts.IN_GID);
  }

  @Override
  public int pid() {
    return NativeMemory.IO.getInt(memory + StructLayouts.IN_PID);
  }

  @Override
  public byte @Nullable [] newName() {
    int opcode = opcode();
    if (opcode != RENAME && opcode != RENAME2) {
      return null;
    }
    int names = opcode == RENAME ? StructLayouts.RENAME_NAMES : StructLayouts.RENAME2_NAMES;
    long oldName = memory + names;
    return NativeMemory.string(oldName + NativeMemory.IO.getStringLength(oldName) + 1);
  }

  /** A view of memory that may lie in the request. */
  ByteBuffer source(long address, int sizeBytes) {
    long offset = address - memory;
    if (offset >= 0 && offset + sizeBytes <= received.capacity()) {
      return received.slice((int) offset, sizeBytes);
    }
    return NativeMemory.IO.newDirectByteBuffer(address, sizeBytes);
  }

  /** A view of memory; libfuse mostly allocates the same again. */
  ByteBuffer target(long address, int sizeBytes) {
    if (address != targetAddress || sizeBytes != target.capacity()) {
      target = NativeMemory.IO.newDirectByteBuffer(address, sizeBytes);
      targetAddress = address;
    }
    return target.slice();
  }
}
