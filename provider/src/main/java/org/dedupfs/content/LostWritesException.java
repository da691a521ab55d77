package org.dedupfs.content;

import java.io.IOException;
import org.dedupfs.metadata.InodeNumber;

/**
 * What was written to a file since its last commit is lost: a change of it in memory ended midway,
 * for lack of memory. What the last commit has is safe.
 */
final class LostWritesException extends IOException {
  private static final long serialVersionUID = 1L;

  LostWritesException(InodeNumber inode) {
    super(
        "what was written to "
            + inode
            + " since the last commit is lost, for memory ran out amid a change of it; what was"
            + " committed is safe, and is there when the store has been opened anew");
  }
}
