package org.dedupfs.nio;

import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Nine permission bits and the set that Java makes of them. */
final class Permissions {
  private static final PosixFilePermission[] FROM_HIGH_BIT = PosixFilePermission.values();

  private Permissions() {}

  /**
   * Bits of a set; {@code ClassCastException} and {@code NullPointerException} for bad elements.
   */
  static int bits(Set<PosixFilePermission> permissions) {
    int bits = 0;
    for (PosixFilePermission permission : permissions) {
      bits |= 0400 >> permission.ordinal();
    }
    return bits;
  }

  /** A new set. */
  static Set<PosixFilePermission> set(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (PosixFilePermission permission : FROM_HIGH_BIT) {
      if ((mode & 0400 >> permission.ordinal()) != 0) {
        permissions.add(permission);
      }
    }
    return permissions;
  }
}
