package org.dedupfs;

import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/**
 * A failure that POSIX has a name for and {@code java.nio.file} has no exception of its own for.
 */
public final class DedupFileSystemException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  /** Why, named after the POSIX error. */
  public enum Reason {
    /** ENOTDIR: something on the way is no directory. */
    NOT_DIRECTORY,
    /** EISDIR */
    IS_DIRECTORY,
    /** ELOOP */
    LOOP,
    /** ENAMETOOLONG: a name of more than 255 bytes. */
    NAME_TOO_LONG,
    /** EINVAL */
    INVALID,
    /** EPERM */
    NOT_PERMITTED,
    /** EMLINK */
    TOO_MANY_LINKS,
    /** ENODATA: no such extended attribute. */
    NO_ATTRIBUTE,
    /** EFBIG */
    TOO_LARGE,
    /** EBUSY */
    BUSY,
    /** ENOTSUP */
    NOT_SUPPORTED,
    /** EBADF */
    BAD_HANDLE,
    /** ENOSPC: more than fits a file's extended attributes, or the disk. */
    NO_SPACE,
    /** ERANGE: the name of an extended attribute is too long. */
    OUT_OF_RANGE,
    /** E2BIG: the value of an extended attribute is too long. */
    ARGUMENT_TOO_LARGE,
    /** EXDEV: the other path is in another store. */
    OTHER_STORE,
    /** ENXIO: a device, socket or fifo, which a store keeps but cannot talk through. */
    NO_DEVICE
  }

  private final Reason reason;

  public DedupFileSystemException(
      String file, @Nullable String other, Reason reason, @Nullable String message) {
    super(file, other, message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
