package org.dedupfs.content;

import java.io.IOException;

/** No room for more data; nothing that was accepted before is lost, and deleting still works. */
public final class StoreFullException extends IOException {
  private static final long serialVersionUID = 1L;

  public StoreFullException(long usableBytes, long reserveBytes) {
    super(
        "no space left on device: "
            + (usableBytes >> 20)
            + " MiB are free where the store lies and "
            + (reserveBytes >> 20)
            + " MiB are kept in reserve; free some space there, or delete files in the store and"
            + " run gc");
  }
}
