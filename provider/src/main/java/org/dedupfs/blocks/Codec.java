package org.dedupfs.blocks;

import org.jspecify.annotations.Nullable;

/** How the payload of a block is written; {@link #number} stands in its header. */
enum Codec {
  NONE(0),
  ZSTD(1),
  LZ4(2),
  DEFLATE(3);

  private static final Codec[] ALL = values();

  private final byte number;

  Codec(int number) {
    this.number = (byte) number;
  }

  byte number() {
    return number;
  }

  static @Nullable Codec of(byte number) {
    return number >= 0 && number < ALL.length ? ALL[number] : null;
  }
}
