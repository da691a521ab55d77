package org.dedupfs.transfer;

/** Hears from a transfer, on any of its threads. */
public interface TransferListener {
  /** An entry was copied (not: left as it was, being the same). */
  default void copied(String path) {}

  /** Something did not arrive. */
  void lost(String path, Loss loss, String why);

  /** Something was left out on purpose. */
  default void leftOut(String path, String why) {}

  /** Whether to stop as soon as possible; asked often. */
  boolean stopRequested();
}
