package org.dedupfs.blocks;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.DataFormatException;

/**
 * Makes the records of blocks and reads them back: {@link BlockHeader}, then the payload. Safe for
 * use by any number of threads; holds one {@link CodecContext} for each that was ever inside at the
 * same time.
 */
final class BlockFormat implements AutoCloseable {
  /** A payload must save at least this part of the raw bytes, or these are stored as they are. */
  private static final int LEAST_SAVING_SHIFT = 4;

  private final HashAlgorithm algorithm;
  private final Compression compression;
  private final ConcurrentLinkedQueue<CodecContext> idle = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  BlockFormat(HashAlgorithm algorithm, Compression compression) {
    this.algorithm = algorithm;
    this.compression = compression;
  }

  HashAlgorithm algorithm() {
    return algorithm;
  }

  EncodedBlock encode(BlockHash hash, ByteBuffer raw) {
    int rawBytes = raw.remaining();
    if (rawBytes > BlockStore.MAX_BLOCK_BYTES) {
      throw new IllegalArgumentException("a block of " + rawBytes + " bytes is too long");
    }
    return compression.method() == Compression.Method.NONE
        ? plain(hash, raw, rawBytes)
        : compressed(hash, raw, rawBytes);
  }

  private EncodedBlock compressed(BlockHash hash, ByteBuffer raw, int rawBytes) {
    CodecContext context = borrow();
    try {
      int bound = CodecContext.bound(compression, rawBytes);
      byte[] scratch;
      byte[] from;
      int offset;
      if (raw.hasArray()) {
        scratch = context.scratch(bound);
        from = raw.array();
        offset = raw.arrayOffset() + raw.position();
      } else {
        scratch = context.scratch(bound + rawBytes);
        from = scratch;
        offset = scratch.length - rawBytes;
        raw.duplicate().get(scratch, offset, rawBytes);
      }
      TrialCompression trial = context.trial();
      if (!trial.isWorthwhile(context, compression, from, offset, rawBytes, scratch, bound)) {
        return plain(hash, raw, rawBytes);
      }
      int length = context.compress(compression, from, offset, rawBytes, scratch, bound);
      boolean shrunk = length <= rawBytes - (rawBytes >> LEAST_SAVING_SHIFT) && length < rawBytes;
      trial.done(shrunk, rawBytes);
      if (!shrunk) {
        return plain(hash, raw, rawBytes);
      }
      BlockHeader header = new BlockHeader(compression.method().codec(), rawBytes, hash);
      return new EncodedBlock(header, Arrays.copyOf(scratch, length), 0, length);
    } finally {
      giveBack(context);
    }
  }

  /** A block stored as it is: where it stands, if that is on the heap. */
  private static EncodedBlock plain(BlockHash hash, ByteBuffer raw, int rawBytes) {
    BlockHeader header = new BlockHeader(Codec.NONE, rawBytes, hash);
    if (raw.hasArray()) {
      return new EncodedBlock(header, raw.array(), raw.arrayOffset() + raw.position(), rawBytes);
    }
    byte[] copy = new byte[rawBytes];
    raw.duplicate().get(copy);
    return new EncodedBlock(header, copy, 0, rawBytes);
  }

  /**
   * Returns the raw bytes of a record.
   *
   * @param verify whether the bytes must have the hash that the header claims; their number, the
   *     record's structure and the first four bytes of that hash are checked always
   * @throws BlockDamagedException if anything is wrong with it
   */
  byte[] decode(BlockId id, byte[] record, int check, boolean verify) throws BlockDamagedException {
    return decode(id, record, record.length, check, verify);
  }

  /** As above, of a record that takes the first {@code length} bytes of an array. */
  byte[] decode(BlockId id, byte[] record, int length, int check, boolean verify)
      throws BlockDamagedException {
    BlockHeader header = BlockHeader.read(id, record, length);
    if (header.hash().check() != check) {
      throw new BlockDamagedException(id, "has hash " + header.hash() + ", not the one expected");
    }
    return decode(id, header, record, length, verify);
  }

  /** Checks everything that can be checked, and returns the header. */
  BlockHeader verify(BlockId id, byte[] record) throws BlockDamagedException {
    return verify(id, record, record.length);
  }

  /** As above, of a record that takes the first {@code length} bytes of an array. */
  BlockHeader verify(BlockId id, byte[] record, int length) throws BlockDamagedException {
    BlockHeader header = BlockHeader.read(id, record, length);
    if (header.codec() == Codec.NONE) {
      requireHash(id, header, record, header.bytes(), header.rawBytes());
    } else {
      decode(id, header, record, length, true);
    }
    return header;
  }

  /** The raw bytes of a block that was encoded here. */
  byte[] decode(BlockId id, EncodedBlock block) throws BlockDamagedException {
    byte[] record = block.record();
    return decode(id, block.header(), record, record.length, false);
  }

  private byte[] decode(BlockId id, BlockHeader header, byte[] record, int length, boolean verify)
      throws BlockDamagedException {
    int payload = header.bytes();
    if (header.codec() == Codec.NONE) {
      if (verify) {
        requireHash(id, header, record, payload, header.rawBytes());
      }
      return Arrays.copyOfRange(record, payload, length);
    }
    // Before memory is taken: a short record may claim to be long.
    if (!CodecContext.mayBe(header.rawBytes(), header.codec(), record, payload, length - payload)) {
      throw new BlockDamagedException(
          id,
          "claims " + header.rawBytes() + " bytes, which its " + (length - payload) + " cannot be");
    }
    byte[] raw = new byte[header.rawBytes()];
    CodecContext context = borrow();
    try {
      context.decompress(header.codec(), record, payload, length - payload, raw);
    } catch (DataFormatException e) {
      throw new BlockDamagedException(id, "does not decompress: " + e.getMessage());
    } finally {
      giveBack(context);
    }
    if (verify) {
      requireHash(id, header, raw, 0, raw.length);
    }
    return raw;
  }

  private void requireHash(BlockId id, BlockHeader header, byte[] array, int offset, int length)
      throws BlockDamagedException {
    BlockHash actual = algorithm.hash(array, offset, length);
    if (!actual.equals(header.hash())) {
      throw new BlockDamagedException(
          id, "has bytes of hash " + actual + " under " + header.hash());
    }
  }

  private CodecContext borrow() {
    CodecContext context = idle.poll();
    return context == null ? new CodecContext() : context;
  }

  private void giveBack(CodecContext context) {
    idle.add(context);
    if (closed) {
      close();
    }
  }

  /** Frees what idles; whoever is still inside ends in peace. */
  @Override
  public void close() {
    closed = true;
    for (CodecContext context = idle.poll(); context != null; context = idle.poll()) {
      context.close();
    }
  }
}
