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
