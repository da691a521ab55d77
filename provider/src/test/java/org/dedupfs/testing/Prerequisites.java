package org.dedupfs.testing;

/**
 * What a test needs of the machine and does not find: no reason to leave it out, but a failure that
 * says which command helps.
 */
public final class Prerequisites {
  private Prerequisites() {}

  /** Whether the tests run as root. */
  public static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** The directory for temporary files lies where extended attributes are not kept. */
  public static AssertionError noXattrs(Exception cause) {
    return new AssertionError(
        "no extended attributes where temporary files are; run:"
            + " JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=/var/tmp ./test (or another directory, on ext4"
            + " or xfs)",
        cause);
  }

  /** The user, or the container, may not mount. */
  public static AssertionError noMount() {
    return new AssertionError(
        "mounting a tmpfs is for root; run: sudo ./test (a container needs --cap-add SYS_ADMIN)");
  }
}
