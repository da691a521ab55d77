package org.dedupfs.control;

import org.jspecify.annotations.Nullable;

/**
 * Constants of enumerations as numbers on the wire. Those of ours change with {@link
 * Operation#VERSION} only; those of the JDK, and of an open store, are the same at both ends.
 */
@SuppressWarnings("EnumOrdinal") // The one place that depends on it, see above.
final class WireNumber {
  private WireNumber() {}

  static int of(Enum<?> constant) {
    return constant.ordinal();
  }

  /** A set has this bit for the constant. */
  static int bit(Enum<?> constant) {
    return 1 << constant.ordinal();
  }

  /** Null if there is none of that number. */
  static <E> @Nullable E constant(E[] all, long number) {
    return number >= 0 && number < all.length ? all[(int) number] : null;
  }
}
