package org.dedupfs.bridge.jnr;

import java.nio.ByteBuffer;
import org.dedupfs.bridge.Request;
import org.dedupfs.host.CallerCapabilities;
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
  private boolean killsPrivileges;

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
  public boolean killsPrivileges() {
    return killsPrivileges;
  }

  /**
   * To be called when a request was received, before libfuse sees it, which forgets some of it.
   *
   * <p>A change of no attribute becomes one of the owner to whom it is: so the kernel asks to take
   * privileges, after {@code chown(path, -1, -1)} for example, and libfuse would call nothing.
   */
  void received() {
    int opcode = opcode();
    killsPrivileges =
        switch (opcode) {
          case WRITE -> has(StructLayouts.WRITE_FLAGS, StructLayouts.WRITE_KILL_PRIVILEGES);
          case SETATTR -> has(StructLayouts.SETATTR_VALID, StructLayouts.SETATTR_KILL_PRIVILEGES);
          case FALLOCATE -> !CallerCapabilities.keepsPrivileges(pid(), uid()); // which is not told
          default -> false;
        };
    if (opcode == SETATTR && !has(StructLayouts.SETATTR_VALID, StructLayouts.VALID_ANY)) {
      int valid = NativeMemory.IO.getInt(memory + StructLayouts.SETATTR_VALID);
      NativeMemory.IO.putInt(memory + StructLayouts.SETATTR_VALID, valid | StructLayouts.VALID_UID);
      NativeMemory.IO.putInt(memory + StructLayouts.SETATTR_UID, -1);
    }
  }

  private boolean has(int at, int flag) {
    return (NativeMemory.IO.getInt(memory + at) & flag) != 0;
  }

  /** Whether the kernel leaves it to us to take privileges, if we say that we do. */
  boolean offersPrivileges() {
    return has(StructLayouts.INIT_FLAGS, StructLayouts.INIT_HANDLES_PRIVILEGES);
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
