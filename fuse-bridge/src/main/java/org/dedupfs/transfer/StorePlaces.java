package org.dedupfs.transfer;

import java.util.Set;

/**
 * Where the host shows a store.
 *
 * @param directories those that it is kept in
 * @param devices those of its mounts
 */
public record StorePlaces(Set<EntryAttributes.FileId> directories, Set<Long> devices) {
  /** None. */
  public static final StorePlaces NONE = new StorePlaces(Set.of(), Set.of());

  public StorePlaces {
    directories = Set.copyOf(directories);
    devices = Set.copyOf(devices);
  }

  boolean contains(EntryAttributes.FileId directory) {
    return directories.contains(directory) || devices.contains(directory.device());
  }
}
