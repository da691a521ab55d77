package org.dedupfs.benchmarks;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/** Whether the user wants no more; asked often, by any thread. */
record Stop(BooleanSupplier requested) {
  /** Nobody will. */
  static final Stop NEVER = new Stop(() -> false);

  /** Ends what calls it. */
  static final class StoppedException extends IOException {
    private static final long serialVersionUID = 1L;

    StoppedException() {
      super("interrupted");
    }
  }

  boolean isRequested() {
    return requested.getAsBoolean();
  }

  void check() throws StoppedException {
    if (isRequested()) {
      throw new StoppedException();
    }
  }
}
