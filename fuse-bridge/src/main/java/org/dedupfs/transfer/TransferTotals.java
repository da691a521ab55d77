package org.dedupfs.transfer;

import java.util.concurrent.atomic.LongAdder;

/** What a transfer has done so far. Safe for use by any number of threads. */
public final class TransferTotals {
  final LongAdder files = new LongAdder();
  final LongAdder directories = new LongAdder();
  final LongAdder unchanged = new LongAdder();
  final LongAdder copiedBytes = new LongAdder();
  final LongAdder unchangedBytes = new LongAdder();

  /** Entries that are no directories, copied or found the same. */
  public long files() {
    return files.sum();
  }

  public long directories() {
    return directories.sum();
  }

  /** Of {@link #files}, those that were there already. */
  public long unchanged() {
    return unchanged.sum();
  }

  public long copiedBytes() {
    return copiedBytes.sum();
  }

  public long unchangedBytes() {
    return unchangedBytes.sum();
  }

  /** Bytes that need not be looked at any more. */
  public long doneBytes() {
    return copiedBytes() + unchangedBytes();
  }
}
