package org.dedupfs.content.chunking;

import java.util.Objects;

/** Cuts every so many bytes; only the last chunk of a run may be shorter. */
public final class FixedChunker implements Chunker {
  private final int chunkBytes;

  FixedChunker(int chunkBytes) {
    this.chunkBytes = chunkBytes;
  }

  @Override
  public int next(byte[] buffer, int from, int to, int uncutBytes, boolean last) {
    Objects.checkFromToIndex(from, to, buffer.length);
    int available = to - from;
    if (available >= chunkBytes) {
      return chunkBytes;
    }
    return last ? available : 0;
  }

  @Override
  public int maxBytes() {
    return chunkBytes;
  }
}
