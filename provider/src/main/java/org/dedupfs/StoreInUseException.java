package org.dedupfs;

import java.nio.file.Path;
import java.util.OptionalLong;

/** The store is open already, in this process or another. */
public final class StoreInUseException extends StoreException {
  private static final long serialVersionUID = 1L;

  /** 0 when unknown. */
  private final long pid;

  public StoreInUseException(Path store, OptionalLong pid, String message) {
    super(store, message, null);
    this.pid = pid.orElse(0);
  }

  /** The process that has it open, where that is known: one that only reads leaves no trace. */
  public OptionalLong pid() {
    return pid == 0 ? OptionalLong.empty() : OptionalLong.of(pid);
  }
}
