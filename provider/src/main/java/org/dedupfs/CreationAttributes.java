package org.dedupfs;

import java.nio.file.attribute.FileAttribute;

/**
 * Attributes for {@code Files.createFile} and its like that take effect in the creating change. The
 * umask, which {@code posix:permissions} is subject to as on Unix, does not touch {@link #mode}.
 */
public final class CreationAttributes {
  private CreationAttributes() {}

  private record Attribute<T>(String name, T value) implements FileAttribute<T> {}

  /**
   * {@code unix:mode}: 12 permission bits, exactly; with a type other than 0, {@code createFile}
   * makes a fifo, socket or device.
   */
  public static FileAttribute<Integer> mode(int mode) {
    return new Attribute<>("unix:mode", mode);
  }

  /** {@code unix:uid} */
  public static FileAttribute<Integer> uid(int uid) {
    return new Attribute<>("unix:uid", uid);
  }

  /** {@code unix:gid}; a setgid directory overrides it. */
  public static FileAttribute<Integer> gid(int gid) {
    return new Attribute<>("unix:gid", gid);
  }

  /** {@code unix:rdev}, for devices. */
  public static FileAttribute<Long> rdev(long rdev) {
    return new Attribute<>("unix:rdev", rdev);
  }
}
