package org.dedupfs.metadata;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The packed form of an {@link ExtentPage}, without its key.
 *
 * <pre>
 * page    = format:1 count:varint extent*
 * extent  = head [id check:4] [skip:varint]
 * head    = first byte: bits 0-1 kind, bits 2-6 low bits of the length, bit 7 "more follows";
 *           then the rest of the length as varint
 * kind    = 0 whole from the start of a block, 1 block with a skip, 2 hole, 3 damaged
 * id      = varint, zigzag, less the id of the block before (0 at first)
 * varint  = 7 bits per byte, low first, bit 7 "more follows"
 * </pre>
 *
 * An ordinary chunk takes 8 bytes when it was stored after the one before it, about 12 when it is a
 * duplicate of something old. Numbers are little-endian.
 */
final class ExtentPageCodec {
  private static final byte FORMAT = 1;
  private static final int BLOCK = 0;
  private static final int PART = 1;
  private static final int HOLE = 2;
  private static final int DAMAGED = 3;

  /** No extent takes more: head 10, id 10, check 4, skip 5. */
  private static final int LONGEST_EXTENT = 29;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private ExtentPageCodec() {}

  static byte[] encode(ExtentPage page) {
    Writer writer = new Writer(8 + 14 * page.count());
    writer.bytes[writer.position++] = FORMAT;
    writer.varint(page.count());
    long previousId = 0;
    for (int i = 0; i < page.count(); i++) {
      writer.reserve();
      long id = page.idAt(i);
      int skip = page.skipAt(i);
      if (id <= 0) {
        writer.head(id == Extent.HOLE ? HOLE : DAMAGED, page.lengthAt(i));
        continue;
      }
      writer.head(skip == 0 ? BLOCK : PART, page.lengthAt(i));
      long delta = id - previousId;
      writer.varint((delta << 1) ^ (delta >> 63));
      previousId = id;
      writer.int32(page.checkAt(i));
      if (skip != 0) {
        writer.varint(skip);
      }
    }
    return Arrays.copyOf(writer.bytes, writer.position);
  }

  /**
   * Unpacks a page; needs no more memory than a small multiple of {@code bytes}, whatever they say.
   *
   * @throws MetadataDamagedException if the bytes are no page
   */
  static ExtentPage decode(InodeNumber inode, long offsetBytes, byte[] bytes)
      throws MetadataDamagedException {
    try {
      return new Reader(bytes).page(inode, offsetBytes);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new MetadataDamagedException(
          "the packed extents of " + inode + " at " + offsetBytes + " are malformed", e);
    }
  }

  private static final class Writer {
    private byte[] bytes;
    private int position;

    Writer(int capacity) {
      bytes = new byte[Math.max(64, capacity)];
    }

    void reserve() {
      if (bytes.length - position < LONGEST_EXTENT) {
        bytes = Arrays.copyOf(bytes, bytes.length + (bytes.length >> 1) + LONGEST_EXTENT);
      }
    }

    void head(int kind, long length) {
      int first = kind | (int) (length & 31) << 2;
      long rest = length >>> 5;
      if (rest == 0) {
        bytes[position++] = (byte) first;
      } else {
        bytes[position++] = (byte) (first | 0x80);
        varint(rest);
      }
    }

    void varint(long value) {
      long rest = value;
      while ((rest & ~0x7FL) != 0) {
        bytes[position++] = (byte) (rest | 0x80);
        rest >>>= 7;
      }
      bytes[position++] = (byte) rest;
    }

    void int32(int value) {
      INTS.set(bytes, position, value);
      position += 4;
    }
  }

  /** Throws unchecked exceptions on bad input, which {@link #decode} translates. */
  private static final class Reader {
    private final byte[] bytes;
    private int position;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    ExtentPage page(InodeNumber inode, long offsetBytes) {
      int format = bytes[position++];
      require(format == FORMAT, "format");
      long count = varint();
      require(
          count >= 1 && count <= ExtentPage.MOST_EXTENTS && count <= bytes.length - position,
          "count");
      ExtentRun run = new ExtentRun((int) count);
      long offset = offsetBytes;
      long id = 0;
      for (int i = 0; i < count; i++) {
        int first = bytes[position++];
        int kind = first & 3;
        long length = (first >> 2) & 31L;
        if (first < 0) {
          long rest = varint();
          require(rest >>> 58 == 0, "length");
          length |= rest << 5;
        }
        if (kind == BLOCK || kind == PART) {
          long delta = varint();
          id += (delta >>> 1) ^ -(delta & 1);
          require(id > 0, "block id");
          int check = int32();
          run.add(offset, length, id, kind == PART ? skip() : 0, check);
        } else {
          run.add(offset, length, kind == HOLE ? Extent.HOLE : Extent.DAMAGED, 0, 0);
        }
        offset += length;
      }
      require(position == bytes.length, "length of the page");
      return ExtentPage.of(inode, run, 0, run.count());
    }

    private int skip() {
      long skip = varint();
      require(skip > 0 && skip <= Integer.MAX_VALUE, "skip");
      return (int) skip;
    }

    private long varint() {
      byte b = bytes[position++];
      if (b >= 0) {
        return b;
      }
      long value = b & 0x7F;
      for (int shift = 7; shift < 64; shift += 7) {
        b = bytes[position++];
        value |= (b & 0x7FL) << shift;
        if (b >= 0) {
          require(shift < 63 || b <= 1, "number");
          return value;
        }
      }
      throw new IllegalArgumentException("number");
    }

    private int int32() {
      if (bytes.length - position < 4) {
        throw new IllegalArgumentException("end");
      }
      int value = (int) INTS.get(bytes, position);
      position += 4;
      return value;
    }

    private static void require(boolean holds, String what) {
      if (!holds) {
        throw new IllegalArgumentException(what);
      }
    }
  }
}
