package org.dedupfs.bridge.jnr;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A mount that could not be made or unmade. The message is one line: why, and what to do. */
public final class MountException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean busy;

  public MountException(String message, boolean busy, @Nullable Throwable cause) {
    super(message, cause);
    this.busy = busy;
  }

  /** Whether it could not be unmounted because something in it is in use. */
  public boolean isBusy() {
    return busy;
  }
}
