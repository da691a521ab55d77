package org.dedupfs.mount;

import java.io.IOException;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.StoreInUseException;
import org.dedupfs.bridge.Operations;
import org.dedupfs.bridge.jnr.FuseMount;
import org.dedupfs.bridge.jnr.FuseMountOptions;
import org.dedupfs.bridge.jnr.MountException;

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
  private final MountLog log;
  private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();

  public StoreMount(MountRequest request, MountLog log) {
    this.request = request;
    this.log = log;
  }

  /** Ends it, now or as soon as it has begun; for any thread, and returns at once. */
  public void stop() {
    ends.add(End.STOPPED);
  }

  /**
   * Opens, mounts, waits for the end, unmounts, closes.
   *
   * @param ready called when the mount can be used
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
    boolean recorded = false;
    try (DedupFileSystem store = open()) {
      for (MountEntry stale : StaleMounts.cleanAll(request.store())) {
        log.warn("cleaned " + stale.mountPoint() + ", where a killed process had left a mount");
      }
      if (!request.readOnly()) {
        MountRecord.write(request.store(), new MountRecord(ProcessHandle.current().pid(), ""));
        recorded = true;
      }
      try (FuseMount mount = mount(store)) {
        announce(mount);
        log.note("mounted " + request.store() + " at " + request.mountPoint());
        ready.run();
        awaitEnd(mount);
      }
      log.note("unmounted " + request.mountPoint());
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

  private DedupFileSystem open() throws IOException {
    try {
      return DedupFileSystems.open(request.store(), request.opening());
    } catch (StoreInUseException | FileSystemAlreadyExistsException e) {
      List<MountEntry> mounts = MountTable.read().ofStore(request.store());
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

  private FuseMount mount(DedupFileSystem store) throws IOException {
    List<String> words =
        Stream.of(
                Stream.of(
                    "fsname=" + MountOptions.escape(request.store().toString()),
                    "subtype=" + MountRequest.SUBTYPE),
                request.words().stream().map(MountOptions::escape),
                request.readOnly() ? Stream.of("ro") : Stream.<String>empty())
            .flatMap(each -> each)
            .toList();
    FuseMountOptions options = new FuseMountOptions(request.requests(), words);
    try {
      return FuseMount.mount(operations(store), request.mountPoint(), options);
    } catch (LinkageError e) {
      throw new MountException(FuseAvailability.missingLibrary(e), false, e);
    }
  }

  private static Operations operations(DedupFileSystem store) {
    throw new UnsupportedOperationException("no operations yet for " + store);
  }

  private void announce(FuseMount mount) throws IOException, InterruptedException {
    Optional<MountEntry> entry = MountTable.read().at(request.mountPoint());
    if (entry.isPresent() && entry.get().isStore()) {
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
