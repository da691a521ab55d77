package org.dedupfs.host;

import java.nio.file.Path;
import java.util.List;

/**
 * One line of the kernel's list of mounts.
 *
 * @param device the number of the file system, {@code major:minor}, one each in the whole machine
 * @param mountPoint where it is, absolute
 * @param type for example {@code fuse.dedup}
 * @param source what was mounted, whatever that means for its type; read as a path
 * @param options those of the file system, not of this mount point
 */
public record MountEntry(
    String device, Path mountPoint, String type, Path source, List<String> options) {
  private static final String USER = "user_id=";
  private static final String GROUP = "group_id=";

  public MountEntry {
    options = List.copyOf(options);
  }

  /** The device that {@code stat} tells of files here, as glibc puts its two numbers together. */
  public long deviceNumber() {
    int colon = device.indexOf(':');
    long major = Long.parseLong(device.substring(0, colon));
    long minor = Long.parseLong(device.substring(colon + 1));
    long high = ((major & ~0xfffL) << 32) | ((minor & ~0xffL) << 12);
    return high | ((major & 0xfff) << 8) | (minor & 0xff);
  }

  /** Whether this is a FUSE file system of anybody. */
  public boolean isFuse() {
    return type.equals("fuse") || type.startsWith("fuse.") || type.equals("fuseblk");
  }

  /**
   * The user who mounted it, if it is a FUSE file system, and, unless it is open to others, alone
   * may use it.
   */
  public int owner() {
    return number(USER);
  }

  /** The group of that user's process, which has to have it, too, to use it. */
  public int ownerGroup() {
    return number(GROUP);
  }

  private int number(String key) {
    return options.stream()
        .filter(option -> option.startsWith(key))
        .map(option -> Integer.parseUnsignedInt(option.substring(key.length())))
        .findFirst()
        .orElse(0);
  }
}
