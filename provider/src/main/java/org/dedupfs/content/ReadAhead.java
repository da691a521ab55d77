package org.dedupfs.content;

import java.io.IOException;
import org.dedupfs.metadata.Extent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that a file is read from front to back and has the blocks that come next read and
 * decompressed meanwhile; and, once the cache is full, has those dropped that a long stream leaves
 * behind. Its fields are hints: races between readers cost speed, never truth.
 */
final class ReadAhead {
  private static final Logger LOG = LoggerFactory.getLogger(ReadAhead.class);
  private static final long MIN_BYTES = 256 << 10;
  private static final long MAX_BYTES = 4 << 20;

  /** The kernel asks for some pieces of a stream at a time, and they come in any order. */
  private static final long DISORDER_BYTES = 512 << 10;

  /** So far behind a reader others may still ask for what belongs to the same stream. */
  private static final long BEHIND_BYTES = 1 << 20;

  private volatile long expected;
  private volatile long passedUpTo;
  private volatile long aheadUpTo;
  private volatile long windowBytes;

  /**
   * After a read.
   *
   * @param size of the file
   */
  void advance(ContentReads file, BlockCache cache, long offset, int count, long size) {
    long end = offset + count;
    boolean sequential = count > 0 && Math.abs(offset - expected) <= DISORDER_BYTES;
    expected = sequential ? Math.max(expected, end) : end;
    if (!sequential) {
      windowBytes = 0;
      aheadUpTo = end;
      passedUpTo = end;
      return;
    }
    if (end >= size || end + windowBytes / 2 < aheadUpTo) {
      return;
    }
    windowBytes = Math.min(MAX_BYTES, Math.max(MIN_BYTES, windowBytes * 2));
    long from = Math.max(end, aheadUpTo);
    long to = Math.min(end + windowBytes, size);
    aheadUpTo = to;
    if (from < to) {
      start(file, cache, from, to);
    }
    if (windowBytes == MAX_BYTES) {
      leave(file, cache, end - BEHIND_BYTES);
    }
  }

  private static void start(ContentReads file, BlockCache cache, long from, long to) {
    try {
      for (Extent extent : file.extents(from, to)) {
        if (!cache.readAhead(extent)) {
          return; // enough is waiting
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      // What was asked for has been read; damage further on, or a lack of memory, is told to who
      // gets there.
      LOG.debug("nothing is read ahead: {}", e.toString());
    }
  }

  private void leave(ContentReads file, BlockCache cache, long to) {
    long from = passedUpTo;
    if (from >= to) {
      return;
    }
    passedUpTo = to;
    if (!cache.isFull()) {
      return;
    }
    try {
      for (Extent extent : file.extents(from, to)) {
        if (extent.isBlock()) {
          cache.passed(extent);
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      // They stay until others drive them out; what was asked for has been read.
      LOG.debug("what a stream has passed stays in the cache: {}", e.toString());
    }
  }
}
