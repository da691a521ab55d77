package org.dedupfs.content;

import java.io.IOException;
import org.dedupfs.metadata.InodeNumber;

/** Bytes of a file that cannot be given back as they were written; wrong ones never are. */
public final class DamagedContentException extends IOException {
  private static final long serialVersionUID = 1L;

  public DamagedContentException(
      InodeNumber inode, long offsetBytes, long lengthBytes, Throwable cause) {
    super(
        "bytes "
            + offsetBytes
            + " to "
            + (offsetBytes + lengthBytes)
            + " of "
            + inode
            + " are damaged: "
            + cause.getMessage()
            + "; restore the file from another copy, or write the same data again to heal it",
        cause);
  }
}
