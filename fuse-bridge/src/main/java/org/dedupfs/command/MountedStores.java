package org.dedupfs.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.host.HostPath;
import org.dedupfs.host.MountEntry;
import org.dedupfs.host.MountTable;
import org.dedupfs.mount.StoreMounts;
import org.dedupfs.transfer.EntryAttributes;
import org.dedupfs.transfer.StorePlaces;

/** Which store is meant when a place is named where one is mounted. */
final class MountedStores {
  private MountedStores() {}

  /** The store that is mounted exactly there, the last one where several are. */
  static Optional<Path> at(Path point) {
    try {
      return at(point, MountTable.read());
    } catch (IOException e) {
      // No table, no mounts of ours.
      return Optional.empty();
    }
  }

  /** Where an open store shows on the host: its own directories, and its mounts. */
  static StorePlaces placesOf(DedupFileSystem store) throws IOException {
    Set<Long> devices = new HashSet<>();
    try {
      for (MountEntry mount : StoreMounts.of(store.storeDirectory(), MountTable.read())) {
        devices.add(mount.deviceNumber());
      }
    } catch (NoSuchFileException e) {
      // No table, no mounts of ours.
      devices.clear();
    }
    return new StorePlaces(EntryAttributes.idsOf(store), devices);
  }

  static Optional<Path> at(Path point, MountTable mounts) {
    if (mounts.entries().stream().noneMatch(StoreMounts::isStore)) {
      return Optional.empty();
    }
    Path named = HostPath.absolute(point).normalize();
    return mounts
        .at(named)
        .or(() -> mounts.at(real(named)))
        .filter(StoreMounts::isStore)
        .map(MountEntry::source);
  }

  /** Links on the way resolved, without a look into the mounted file system, which may be dead. */
  private static Path real(Path absolute) {
    Path parent = absolute.getParent();
    Path name = absolute.getFileName();
    if (parent == null || name == null) {
      return absolute;
    }
    try {
      Path link = parent.toRealPath().resolve(name);
      return Files.isSymbolicLink(link) ? link.toRealPath() : link;
    } catch (IOException e) {
      return absolute;
    }
  }
}
