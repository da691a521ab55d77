package org.dedupfs;

import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/**
 * What was stored cannot be given back as it was written; wrong bytes never are. The message names
 * the file and what can be done.
 */
public final class DamagedFileException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  public DamagedFileException(String file, @Nullable String reason, Throwable cause) {
    super(file, null, reason);
    initCause(cause);
  }
}
