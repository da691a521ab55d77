package org.dedupfs.metadata;

import java.util.Random;

/** Random tests: the seed is printed; {@code -Dseed=...} replays. */
final class Seeds {
  private Seeds() {}

  static long next() {
    Long given = Long.getLong("seed");
    long seed = given != null ? given : new Random().nextLong();
    System.out.println("seed " + seed);
    return seed;
  }
}
