package org.dedupfs.content.chunking;

/**
 * Finds the end of the chunk that starts at a given byte. A cut depends only on the bytes from the
 * chunk's start to the cut, so equal bytes are cut equally wherever they stand and however they
 * arrive. Stateless and safe for use by any number of threads.
 */
public sealed interface Chunker permits FixedChunker, FastCdcChunker {

  /**
   * Returns the length of the chunk that starts at {@code from}.
   *
   * <p>With {@link #maxBytes()} bytes at hand there is always an answer, and the same one as with
   * more; with fewer the answer is 0 if the cut lies beyond them, unless {@code last}.
   *
   * @param from the chunk's first byte
   * @param to the end of the bytes at hand
   * @param uncutBytes so many of them an earlier call has looked through, and returned 0
   * @param last whether the run ends at {@code to}, which then ends the chunk at the latest
   * @return the length, at most {@code to - from}; 0 if more bytes are needed, or there is none
   */
  int next(byte[] buffer, int from, int to, int uncutBytes, boolean last);

  /** As {@link #next(byte[], int, int, int, boolean)}, for bytes that are looked at first. */
  default int next(byte[] buffer, int from, int to, boolean last) {
    return next(buffer, from, to, 0, last);
  }

  /** The longest chunk. */
  int maxBytes();
}
