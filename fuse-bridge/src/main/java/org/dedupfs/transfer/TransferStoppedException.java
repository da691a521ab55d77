package org.dedupfs.transfer;

import java.io.InterruptedIOException;

/** A transfer ended because its listener asked it to; what is there is complete, file by file. */
public final class TransferStoppedException extends InterruptedIOException {
  private static final long serialVersionUID = 1L;

  TransferStoppedException() {
    super("interrupted");
  }
}
