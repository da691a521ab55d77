package org.dedupfs.blocks;

import java.nio.ByteBuffer;

/**
 * A block ready to be put: its header, and where its payload stands. A payload that is stored as it
 * is stands in the caller's own bytes, which therefore must not change until the block is put.
 */
public final class EncodedBlock {
  private final BlockHeader header;
  private final byte[] bytes;
  private final int from;
  private final int length;

  /** A block whose payload is {@code length} of the {@code bytes} from {@code from} on. */
  EncodedBlock(BlockHeader header, byte[] bytes, int from, int length) {
    this.header = header;
    this.bytes = bytes;
    this.from = from;
    this.length = length;
  }

  /** The block of a record that was read or kept elsewhere. */
  static EncodedBlock of(BlockHeader header, byte[] record) {
    return new EncodedBlock(header, record, header.bytes(), record.length - header.bytes());
  }

  public BlockHash hash() {
    return header.hash();
  }

  BlockHeader header() {
    return header;
  }

  /** The bytes before compression. */
  public int rawBytes() {
    return header.rawBytes();
  }

  /** The length of header and payload. */
  int recordBytes() {
    return header.bytes() + length;
  }

  /** Puts header and payload. */
  void writeTo(ByteBuffer target) {
    header.write(target);
    target.put(bytes, from, length);
  }

  /** Header and payload, in an array of their own. */
  byte[] record() {
    byte[] record = new byte[recordBytes()];
    writeTo(ByteBuffer.wrap(record));
    return record;
  }
}
