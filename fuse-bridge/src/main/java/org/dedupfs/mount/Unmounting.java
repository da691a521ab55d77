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
import org.jspecify.annotations.Nullable;

/** Ends the mounts of other processes, and waits until those have committed and are gone. */
public final class Unmounting {
  /** A program that has just closed a file may still count as its user for a moment. */
  private static final Duration SHORT = Duration.ofSeconds(2);

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
    if (there.isPresent() && there.get().isStore()) {
      return List.of(there.get());
    }
    List<MountEntry> ofStore = mounts.ofStore(place);
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
    if (process.isEmpty()) {
      log.warn(
          "the process of "
              + mount.mountPoint()
              + " cannot be seen from here, nor when it has closed the store");
      return;
    }
    awaitEnd(mount, process.get(), start);
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

  private void awaitEnd(MountEntry mount, ProcessHandle process, long start)
      throws IOException, InterruptedException {
    for (MountEntry other : MountTable.read().ofDevice(mount.device())) {
      throw new MountException(
          mount.source() + " is also mounted at " + other.mountPoint() + "; unmount that too",
          false,
          null);
    }
    if (!hasEnded(process, start)) {
      throw new MountException(
          mount.mountPoint()
              + " is unmounted, but process "
              + process.pid()
              + " has not closed the store yet",
          false,
          null);
    }
    Optional<MountRecord> record = MountRecord.read(mount.source());
    if (record.isPresent() && record.get().pid() == process.pid()) {
      String why = record.get().failure();
      throw new MountException(
          "the store "
              + mount.source()
              + " was not closed in order"
              + (why.isEmpty() ? ": its process was killed" : ": " + why)
              + "; what was fsynced is safe",
          false,
          null);
    }
    log.note("unmounted " + mount.mountPoint() + " and closed " + mount.source());
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
