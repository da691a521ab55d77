package org.dedupfs.blocks;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The locks under which one hash is looked up, put or forgotten, and the mark that all who come by
 * a block under them add it to. Thread-safe.
 */
final class HashStripes {
  private static final int STRIPES = 256;

  private final Stripe[] stripes = new Stripe[STRIPES];
  private volatile @Nullable LiveSet live;

  HashStripes() {
    Arrays.setAll(stripes, i -> new Stripe());
  }

  /** The lock of every so manieth hash. */
  static final class Stripe {
    /** A hash that was just looked for in vain; no need to look again when it is put next. */
    @GuardedBy("this")
    @Nullable BlockHash missing;
  }

  Stripe of(BlockHash hash) {
    return stripes[hash.bytes()[2] & (STRIPES - 1)];
  }

  /** Under the stripe of its hash: a block was found or put. */
  BlockId hit(long id) {
    LiveSet marked = live;
    if (marked != null) {
      marked.add(id);
    }
    return new BlockId(id);
  }

  /**
   * When this returns, every hit that does not go into {@code set} is over.
   *
   * @throws IllegalStateException if a mark is running
   */
  void beginMark(LiveSet set) {
    synchronized (stripes) {
      if (live != null) {
        throw new IllegalStateException("a mark is running");
      }
      live = set;
    }
    for (Stripe stripe : stripes) {
      synchronized (stripe) {
        // Whoever was inside without seeing the mark has left when this is reached.
        stripe.missing = null;
      }
    }
  }

  /**
   * What was marked so far.
   *
   * @throws IllegalStateException if no mark is running
   */
  LiveSet marked() {
    LiveSet marked = live;
    if (marked == null) {
      throw new IllegalStateException("no mark is running");
    }
    return marked;
  }

  void endMark() {
    live = null;
  }
}
