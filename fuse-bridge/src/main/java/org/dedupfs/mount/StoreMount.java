package org.dedupfs.mount;

import java.io.IOException;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.stream.Stream;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.StoreInUseException;
import org.dedupfs.StoreStatistics;
import org.dedupfs.bridge.FileSystemOperations;
import org.dedupfs.bridge.Operations;
import org.dedupfs.bridge.jnr.FuseMount;
import org.dedupfs.bridge.jnr.FuseMountOptions;
import org.dedupfs.bridge.jnr.MountException;
import org.dedupfs.control.ControlServer;
import org.dedupfs.host.MountEntry;
import org.dedupfs.host.MountTable;
import org.jspecify.annotations.Nullable;

/**
 * One mount of a store by this process, from the opening of the store to its end: {@link #serve}
 * once. When that has returned, whatever ended it, nothing is mounted and the store is committed
 * and closed.
 */
public final class StoreMount {
  /** For files that programs close because they, too, were asked to end. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private enum End {
    UNMOUNTED,
    STOPPED
  }

  private final MountRequest request;
  private final Function<StoreStatistics, String> statisticsText;
  private final MountLog log;
  private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();
  private boolean recorded;

  /**
   * Of what was asked.
   *
   * @param statisticsText what the attribute {@code user.dedupfs.stats} of the root tells
   */
  public StoreMount(
      MountRequest request, Function<StoreStatistics, String> statisticsText, MountLog log) {
    this.request = request;
    this.statisticsText = statisticsText;
    this.log = log;
  }

  /** Ends it, now or as soon as it has begun; for any thread, and returns at once. */
  public void stop() {
    ends.add(End.STOPPED);
  }

  private boolean isStopped() {
    return ends.contains(End.STOPPED);
  }

  /**
   * Opens, mounts, waits for the end, unmounts, closes.
   *
   * @param ready called when the mount can be used; not if {@link #stop} has been called before
   * @throws MountException if it cannot be mounted, saying why; {@link MountException#isBusy busy}
   *     if something else is mounted there
   * @throws StoreInUseException if another process has the store open
   * @throws IOException if the store cannot be opened, or not committed at the end
   */
  public void serve(Runnable ready) throws IOException, InterruptedException {
    FuseAvailability.check();
    if (request.has("allow_other") || request.has("allow_root")) {
      FuseAvailability.checkOthersAllowed();
    }
    MountPointCheck.prepare(request, log);
    try (DedupFileSystem store = open()) {
      for (MountEntry stale : StaleMounts.cleanAll(request.store())) {
        log.warn("cleaned " + stale.mountPoint() + ", where a killed process had left a mount");
      }
      MountPointCheck.confirm(request, store.hostDirectories());
      if (isStopped()) {
        log.note("asked to end before it was mounted");
      } else {
        serve(store, ready);
        log.note("unmounted " + request.mountPoint());
      }
    } catch (IOException | RuntimeException e) {
      if (recorded) {
        recordFailure(e);
      }
      throw e;
    }
    if (recorded) {
      MountRecord.remove(request.store());
    }
    log.note("closed " + request.store());
  }

  /** Closed in the opposite order: the mount first, so that no request finds the rest closed. */
  private void serve(DedupFileSystem store, Runnable ready)
      throws IOException, InterruptedException {
    try (ControlServer control = listen(store, log);
        FileSystemOperations operations = FileSystemOperations.of(store, statisticsText)) {
      FuseMount mount = mount(operations, request);
      try {
        announce(mount);
        if (!request.readOnly()) {
          MountRecord.write(request.store(), new MountRecord(ProcessHandle.current().pid(), ""));
          recorded = true;
        }
        log.note(
            "mounted "
                + request.store()
                + " at "
                + request.mountPoint()
                + (control == null ? ", without control channel" : ""));
        if (!isStopped()) {
          ready.run();
        }
        awaitEnd(mount);
      } finally {
        close(mount);
      }
    }
  }

  /** Lets the command use the store that this process has open; null where that cannot be. */
  static @Nullable ControlServer listen(DedupFileSystem store, MountLog log) {
    try {
      return ControlServer.start(store);
    } catch (IOException e) {
      // The same store mounted twice for reading, or a medium that cannot be written.
      log.note("no control channel: " + e.getMessage());
      return null;
    }
  }

  /** Its last users are cut off by the end of this process, if not now; the store is closed. */
  private void close(FuseMount mount) {
    try {
      mount.close();
    } catch (MountException e) {
      log.warn(String.valueOf(e.getMessage()));
    }
  }

  private DedupFileSystem open() throws IOException {
    try {
      return DedupFileSystems.open(request.store(), request.opening());
    } catch (StoreInUseException | FileSystemAlreadyExistsException e) {
      List<MountEntry> mounts = StoreMounts.of(request.store(), MountTable.read());
      if (mounts.isEmpty()) {
        throw e;
      }
      Path where = mounts.get(mounts.size() - 1).mountPoint();
      throw new MountException(
          "the store "
              + request.store()
              + " is mounted at "
              + where
              + "; first run: dedupfs umount "
              + where,
          true,
          e);
    }
  }

  /** Mounts as asked. */
  static FuseMount mount(Operations operations, MountRequest request) throws IOException {
    List<String> words =
        Stream.of(
                Stream.of("fsname=" + request.store(), "subtype=" + MountRequest.SUBTYPE),
                request.words().stream(),
                request.readOnly() ? Stream.of("ro") : Stream.<String>empty())
            .flatMap(each -> each)
            .toList();
    FuseMountOptions options = new FuseMountOptions(request.requests(), words);
    try {
      return FuseMount.mount(operations, request.mountPoint(), options);
    } catch (LinkageError e) {
      throw new MountException(FuseAvailability.missingLibrary(e), false, e);
    }
  }

  private void announce(FuseMount mount) throws IOException, InterruptedException {
    Optional<MountEntry> entry = MountTable.read().at(request.mountPoint());
    if (entry.isPresent() && StoreMounts.isStore(entry.get())) {
      ServingProcess.announce(entry.get().device());
    }
    Thread watch =
        new Thread(
            () -> {
              try {
                mount.awaitEnd();
                ends.add(End.UNMOUNTED);
              } catch (InterruptedException e) {
                ends.add(End.STOPPED);
              }
            },
            "unmount-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private void awaitEnd(FuseMount mount) throws IOException, InterruptedException {
    if (ends.take() == End.UNMOUNTED) {
      return;
    }
    log.note("asked to end");
    try {
      mount.unmount(PATIENCE);
    } catch (MountException e) {
      if (!e.isBusy()) {
        throw e;
      }
      String holders = MountHolders.of(request.mountPoint());
      log.warn(
          request.mountPoint()
              + " is cut off while in use"
              + (holders.isEmpty() ? "" : " by " + holders));
      mount.detach();
    }
  }

  /** The record says it to whoever waits for the end; this process has its own way to. */
  private void recordFailure(Exception failure) {
    try {
      MountRecord.write(
          request.store(),
          new MountRecord(ProcessHandle.current().pid(), String.valueOf(failure.getMessage())));
    } catch (IOException e) {
      // The record that is there says that something went wrong, if not what.
      failure.addSuppressed(e);
    }
  }
}
