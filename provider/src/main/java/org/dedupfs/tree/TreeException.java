package org.dedupfs.tree;

import java.io.IOException;

/** A file system operation that POSIX says must fail; carries no path, the caller knows it. */
public final class TreeException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why, named after the POSIX error. */
  public enum Failure {
    /** ENOENT */
    NO_ENTRY("no such file or directory"),
    /** EEXIST */
    EXISTS("file exists"),
    /** ENOTDIR */
    NOT_DIRECTORY("not a directory"),
    /** EISDIR */
    IS_DIRECTORY("is a directory"),
    /** ENOTEMPTY */
    NOT_EMPTY("directory not empty"),
    /** ELOOP */
    LOOP("too many levels of symbolic links"),
    /** ENAMETOOLONG */
    NAME_TOO_LONG("file name too long"),
    /** EINVAL */
    INVALID("invalid argument"),
    /** EPERM */
    NOT_PERMITTED("operation not permitted"),
    /** EROFS */
    READ_ONLY("read-only file system"),
    /** EMLINK */
    TOO_MANY_LINKS("too many links"),
    /** ENODATA */
    NO_ATTRIBUTE("no such attribute"),
    /** EFBIG */
    TOO_LARGE("file too large"),
    /** EBUSY */
    BUSY("device or resource busy"),
    /** ENOTSUP */
    NOT_SUPPORTED("operation not supported"),
    /** EBADF */
    BAD_HANDLE("bad file handle"),
    /** ENOSPC */
    NO_SPACE("no space left on device"),
    /** ERANGE */
    OUT_OF_RANGE("numerical result out of range"),
    /** E2BIG */
    ARGUMENT_TOO_LARGE("argument list too long");

    private final String text;

    Failure(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  private final Failure failure;

  public TreeException(Failure failure) {
    super(failure.text());
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}
