package org.dedupfs.mount;

import java.nio.file.Path;
import java.util.List;
import org.dedupfs.host.MountEntry;
import org.dedupfs.host.MountTable;

/** Which of the machine's mounts are stores. */
public final class StoreMounts {
  /** What the kernel calls a mounted store. */
  public static final String TYPE = "fuse." + MountRequest.SUBTYPE;

  private StoreMounts() {}

  /** Whether this is a store that was mounted by us. */
  public static boolean isStore(MountEntry mount) {
    return mount.type().equals(TYPE);
  }

  /**
   * Where the file system of a mount can be reached, too. The kernel gives the number of a device
   * that is gone to the next that is mounted, whatever that is: the number alone says nothing.
   */
  static List<MountEntry> elsewhere(MountEntry mount, MountTable table) {
    return of(mount.source(), table).stream()
        .filter(other -> other.device().equals(mount.device()))
        .toList();
  }

  /**
   * All mounts of a store, alive or dead, in the order in which they were mounted.
   *
   * @param store its real path
   */
  public static List<MountEntry> of(Path store, MountTable table) {
    return table.entries().stream()
        .filter(mount -> isStore(mount) && mount.source().equals(store))
        .toList();
  }
}
