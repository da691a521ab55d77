package org.dedupfs.mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.dedupfs.bridge.jnr.MountException;
import org.dedupfs.host.Directories;
import org.dedupfs.host.HostPath;
import org.dedupfs.host.MountEntry;
import org.dedupfs.host.MountTable;

/** Whether a store can be mounted at a place; what a dead mount of ours left there is removed. */
public final class MountPointCheck {
  private MountPointCheck() {}

  /**
   * The place itself, absolute and without links, even when what is mounted there does not answer.
   *
   * @throws NoSuchFileException if there is none
   */
  public static Path resolve(Path given) throws IOException {
    Path absolute = HostPath.absolute(given);
    MountTable mounts = MountTable.read();
    if (mounts.at(absolute.normalize()).isPresent()) {
      return absolute.normalize();
    }
    Path name = absolute.getFileName();
    Path parent = absolute.getParent();
    if (name != null && parent != null && !name.toString().matches("\\.\\.?")) {
      Path direct = parent.toRealPath().resolve(name);
      if (mounts.at(direct).isPresent()) {
        return direct;
      }
    }
    return absolute.toRealPath();
  }

  /**
   * Looks, and cleans what is left of other stores.
   *
   * @throws MountException {@link MountException#isBusy busy} if something is mounted there already
   */
  static void prepare(MountRequest request, MountLog log) throws IOException, InterruptedException {
    Path place = request.mountPoint();
    requireApart(request.store(), place);
    requireName(place);
    Optional<MountEntry> there = MountTable.read().at(place);
    if (there.isPresent() && there.get().isFuse()) {
      if (there.get().source().equals(request.store()) && StaleMounts.isStale(there.get())) {
        // Cleaned when this process has the store open: until then another may be mounting it.
        return;
      }
      clear(there.get(), log);
    }
    requireEmptyDirectory(request);
  }

  /**
   * Looks once more when the store is open and its stale mounts are gone.
   *
   * @param hostDirectories all directories that the store keeps anything in
   * @throws MountException {@link MountException#isBusy busy} if something is mounted there
   */
  static void confirm(MountRequest request, Set<Path> hostDirectories) throws IOException {
    Path place = request.mountPoint();
    for (Path own : hostDirectories) {
      requireApart(own, place);
    }
    Optional<MountEntry> there = MountTable.read().at(place);
    if (there.isPresent() && there.get().isFuse()) {
      throw mounted(there.get());
    }
    requireEmptyDirectory(request);
  }

  private static void requireEmptyDirectory(MountRequest request) throws IOException {
    Path place = request.mountPoint();
    if (!Files.isDirectory(place)) {
      throw new NotDirectoryException(place.toString());
    }
    if (!request.has("nonempty") && !Directories.isEmpty(place)) {
      throw refusal(
          place
              + " is not empty, and what is in it would be out of sight; -o nonempty mounts there"
              + " all the same");
    }
  }

  private static void clear(MountEntry there, MountLog log)
      throws IOException, InterruptedException {
    if (StaleMounts.clean(there)) {
      log.warn("cleaned " + there.mountPoint() + ", where a killed process had left a mount");
      return;
    }
    throw mounted(there);
  }

  private static MountException mounted(MountEntry there) throws IOException {
    Optional<ProcessHandle> process =
        StoreMounts.isStore(there) ? ServingProcess.of(there) : Optional.empty();
    return new MountException(
        there.source()
            + " is mounted at "
            + there.mountPoint()
            + " already"
            + process.map(serving -> ", by process " + serving.pid()).orElse(""),
        true,
        null);
  }

  /** A process that waits for itself through the kernel waits for ever. */
  private static void requireApart(Path store, Path place) throws MountException {
    if (store.startsWith(place)) {
      throw refusal(
          "the store's directory "
              + store
              + " lies below "
              + place
              + ", so it would hide itself; mount it elsewhere");
    }
    if (place.startsWith(store)) {
      throw refusal(place + " lies in the store " + store + " itself; mount it elsewhere");
    }
  }

  /**
   * Looks whether a place has a name that can be told: fusermount and, in the background, the
   * process that serves get it as a string.
   *
   * @throws MountException if not
   */
  public static void requireName(Path place) throws MountException {
    try {
      if (Path.of(place.toString()).equals(place)) {
        return;
      }
    } catch (InvalidPathException e) {
      throw refusal("a mount point needs a path that is valid in UTF-8: " + place);
    }
    throw refusal("a mount point needs a path that is valid in UTF-8: " + place);
  }

  private static MountException refusal(String message) {
    return new MountException(message, false, null);
  }
}
