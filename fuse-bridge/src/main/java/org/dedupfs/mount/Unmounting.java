package org.dedupfs.mount;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dedupfs.bridge.jnr.MountException;
import org.dedupfs.host.HostPath;
import org.dedupfs.host.MountEntry;
import org.dedupfs.host.MountTable;
import org.jspecify.annotations.Nullable;

/** Ends the mounts of other processes, and waits until those have committed and are gone. */
public final class Unmounting {
  /** A program that has just closed a file may still count as its user for a moment. */
  private static final Duration SHORT = Duration.ofSeconds(2);

  /** For the last commit of a process that cannot be seen, which may have been killed. */
  private static final Duration UNSEEN = Duration.ofMinutes(2);

  private static final long PAUSE_MILLIS = 50;

  private final boolean lazy;
  private final @Nullable Duration limit;
  private final MountLog log;

  /**
   * Unmounts at most so.
   *
   * @param lazy takes mounts out of sight that are in use, and waits for nothing without a limit
   * @param limit how long to wait for who uses the mount, and for its process; null for as long as
   *     that process lives
   */
  public Unmounting(boolean lazy, @Nullable Duration limit, MountLog log) {
    this.lazy = lazy;
    this.limit = limit;
    this.log = log;
  }

  /**
   * The mounts that a user means.
   *
   * @param given a mount point or a store
   * @throws MountException if nothing of ours is mounted there
   */
  public static List<MountEntry> find(Path given) throws IOException {
    Path place = MountPointCheck.resolve(given);
    MountTable mounts = MountTable.read();
    Optional<MountEntry> there = mounts.at(place);
    if (there.isPresent() && StoreMounts.isStore(there.get())) {
      return List.of(there.get());
    }
    List<MountEntry> ofStore = StoreMounts.of(place, mounts);
    if (ofStore.isEmpty()) {
      throw new MountException(
          there.isPresent()
              ? place + " is mounted, but not by dedupfs; see umount(8)"
              : HostPath.absolute(given) + " is neither a mounted store nor a place of one",
          false,
          null);
    }
    return ofStore;
  }

  /**
   * Unmounts; when this returns without a limit, the store is committed and closed, and its process
   * gone.
   *
   * @throws MountException {@link MountException#isBusy busy} if it is in use, naming by whom; else
   *     if its process did not end in time, or not in order
   */
  public void unmount(MountEntry mount) throws IOException, InterruptedException {
    long start = System.nanoTime();
    if (StaleMounts.clean(mount)) {
      log.warn(
          "cleaned "
              + mount.mountPoint()
              + ": its process had been killed; what was fsynced is in the store");
      return;
    }
    Optional<ProcessHandle> process = ServingProcess.of(mount);
    if (lazy) {
      FusermountTool.detach(mount.mountPoint());
    } else {
      release(mount, start);
    }
    if (lazy && limit == null) {
      return;
    }
    requireLast(mount);
    if (process.isPresent()) {
      awaitEnd(mount, process.get(), start);
    } else if (writes(mount)) {
      awaitClosed(mount, start);
    }
    log.note("unmounted " + mount.mountPoint() + " and closed " + mount.source());
  }

  private void release(MountEntry mount, long start) throws IOException, InterruptedException {
    Duration patience = limit == null ? SHORT : limit;
    while (true) {
      try {
        FusermountTool.unmount(mount.mountPoint());
        return;
      } catch (MountException e) {
        if (!e.isBusy()) {
          throw e;
        }
        if (System.nanoTime() - start > patience.toNanos()) {
          throw busy(mount, e);
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    }
  }

  private static MountException busy(MountEntry mount, MountException cause) throws IOException {
    String holders = MountHolders.of(mount.mountPoint());
    String who =
        !holders.isEmpty()
            ? "by " + holders
            : FuseAvailability.isRoot()
                ? "by nobody that can be seen from here"
                : "by somebody; root can see by whom";
    return new MountException(mount.mountPoint() + " is in use " + who, true, cause);
  }

  private static boolean writes(MountEntry mount) {
    return !mount.options().contains("ro");
  }

  private static void requireLast(MountEntry mount) throws IOException {
    for (MountEntry other : StoreMounts.elsewhere(mount, MountTable.read())) {
      throw new MountException(
          mount.source() + " is also mounted at " + other.mountPoint() + "; unmount that too",
          false,
          null);
    }
  }

  private void awaitEnd(MountEntry mount, ProcessHandle process, long start)
      throws IOException, InterruptedException {
    if (!hasEnded(process, start)) {
      throw new MountException(
          mount.mountPoint()
              + " is unmounted, but process "
              + process.pid()
              + " has not closed the store yet",
          false,
          null);
    }
    // Who mounts for reading keeps no record, and may find one of somebody else.
    Optional<MountRecord> record = writes(mount) ? read(mount) : Optional.empty();
    if (record.isPresent() && record.get().pid() == process.pid()) {
      String why = record.get().failure();
      throw notInOrder(mount, why.isEmpty() ? "its process was killed" : why);
    }
  }

  /** For a process that cannot be seen: its record goes when it has closed the store. */
  private void awaitClosed(MountEntry mount, long start) throws IOException, InterruptedException {
    Duration patience = limit == null ? UNSEEN : limit;
    Optional<MountRecord> first = read(mount);
    Optional<MountRecord> record = first;
    while (record.isPresent() && record.get().pid() == first.get().pid()) {
      if (!record.get().failure().isEmpty()) {
        throw notInOrder(mount, record.get().failure());
      }
      if (System.nanoTime() - start > patience.toNanos()) {
        throw new MountException(
            mount.mountPoint()
                + " is unmounted, but its process, which cannot be seen from here, has not closed"
                + " the store yet",
            false,
            null);
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      record = read(mount);
    }
  }

  private static Optional<MountRecord> read(MountEntry mount) throws IOException {
    try {
      return MountRecord.read(mount.source());
    } catch (IOException e) {
      throw new MountException(
          mount.mountPoint()
              + " is unmounted, but whether the store was closed in order is not known: "
              + e,
          false,
          e);
    }
  }

  private static MountException notInOrder(MountEntry mount, String why) {
    return new MountException(
        "the store "
            + mount.source()
            + " was not closed in order: "
            + why
            + "; what was fsynced is safe",
        false,
        null);
  }

  private boolean hasEnded(ProcessHandle process, long start)
      throws IOException, InterruptedException {
    try {
      if (limit == null) {
        process.onExit().get();
      } else {
        long left = limit.toNanos() - (System.nanoTime() - start);
        process.onExit().get(Math.max(0, left), TimeUnit.NANOSECONDS);
      }
      return true;
    } catch (TimeoutException e) {
      return !process.isAlive();
    } catch (ExecutionException e) {
      throw new IOException("cannot wait for process " + process.pid(), e);
    }
  }
}
