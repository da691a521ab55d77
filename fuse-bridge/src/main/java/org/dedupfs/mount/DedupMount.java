package org.dedupfs.mount;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupOptions;
import org.dedupfs.StoreStatistics;
import org.dedupfs.bridge.FileSystemOperations;
import org.dedupfs.bridge.jnr.FuseMount;
import org.dedupfs.bridge.jnr.MountException;
import org.dedupfs.control.ControlServer;
import org.dedupfs.host.MountEntry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store that a Java program has open, mounted by that program, so that other programs use it as
 * they use any file system:
 *
 * <pre>{@code
 * try (DedupFileSystem store = DedupFileSystems.open(directory);
 *     DedupMount mount = DedupMount.mount(store, Path.of("/mnt"))) {
 *   mount.awaitEnd(); // somebody unmounts; meanwhile the program may use the store, too
 * }
 * }</pre>
 *
 * This process itself must keep away from the mount point: whoever waits for himself through the
 * kernel waits for ever. It has the store by {@code store}, after all. The command {@code dedupfs}
 * works on the store meanwhile. Whoever unmounts ({@code umount}, {@code dedupfs umount}) ends the
 * mount, but does not close the store. A Java that ends without {@link #close}, by {@link
 * System#exit} or a signal, unmounts and makes durable what was written; it does not close the
 * store, which other shutdown hooks may still use. Only {@code kill -9} leaves a dead mount point,
 * and the next mount of the store takes that away. Needs libfuse 2 and fusermount3. Safe for any
 * number of threads.
 */
public final class DedupMount implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DedupMount.class);

  private final DedupFileSystem store;
  private final FuseMount mount;
  private final FileSystemOperations operations;
  private final @Nullable ControlServer control;

  /** Runs when this Java ends, unless it was closed before. */
  private final Thread atExit = new Thread(this::closeAtExit, "dedupfs-unmount");

  @GuardedBy("this")
  private boolean closed;

  private DedupMount(
      DedupFileSystem store,
      FuseMount mount,
      FileSystemOperations operations,
      @Nullable ControlServer control) {
    this.store = store;
    this.mount = mount;
    this.operations = operations;
    this.control = control;
  }

  /**
   * Mounts; when this returns, the mount point can be used. What is left there of a mount of this
   * store whose process was killed is removed.
   *
   * @param store open, and closed only after the mount
   * @param mountPoint an empty directory, not in the store nor above it
   * @param options as behind {@code mount -o}, for example {@code allow_other} or {@code ro}; not
   *     those of a store, which is open already
   * @throws MountException if it cannot be mounted, saying why and what to do; {@link
   *     MountException#isBusy busy} if something is mounted there
   * @throws IllegalArgumentException for an option that nobody knows, or that is one of the store
   * @throws InterruptedException if the thread is interrupted; then nothing is mounted
   * @throws IllegalStateException if this Java is ending; then nothing is mounted
   */
  public static DedupMount mount(DedupFileSystem store, Path mountPoint, String... options)
      throws IOException, InterruptedException {
    FuseAvailability.check();
    MountRequest request = request(store, mountPoint, MountOptions.parse(List.of(options), false));
    if (request.has("allow_other") || request.has("allow_root")) {
      FuseAvailability.checkOthersAllowed();
    }
    MountLog log = new Slf4jLog();
    MountPointCheck.prepare(request, log);
    for (MountEntry stale : StaleMounts.cleanAll(request.store())) {
      log.warn("cleaned " + stale.mountPoint() + ", where a killed process had left a mount");
    }
    MountPointCheck.confirm(request, store.hostDirectories());
    List<Closeable> opened = new ArrayList<>();
    try {
      ControlServer control = StoreMount.listen(store, log);
      if (control != null) {
        opened.add(control);
      }
      FileSystemOperations operations = FileSystemOperations.of(store, StoreStatistics::toString);
      opened.add(operations);
      FuseMount fuse = StoreMount.mount(operations, request);
      opened.add(fuse::close);
      DedupMount mount = new DedupMount(store, fuse, operations, control);
      Runtime.getRuntime().addShutdownHook(mount.atExit);
      return mount;
    } catch (IOException | RuntimeException | Error e) {
      Collections.reverse(opened); // the mount first, so that no request finds the rest closed
      for (Closeable each : opened) {
        try {
          each.close();
        } catch (IOException | RuntimeException next) {
          e.addSuppressed(next);
        }
      }
      throw e;
    }
  }

  private static MountRequest request(DedupFileSystem store, Path mountPoint, MountOptions options)
      throws IOException {
    boolean readOnly = store.isReadOnly() || options.opening().readOnly().orElse(false);
    DedupOptions ofStore = options.opening().toBuilder().readOnly(true).build();
    if (ofStore.toEnv().size() > 1) {
      throw new IllegalArgumentException(
          "the store is open already, so these options come too late: "
              + options.opening().toEnv().keySet());
    }
    return new MountRequest(
        store.storeDirectory(),
        MountPointCheck.resolve(mountPoint),
        DedupOptions.builder().readOnly(readOnly).build(),
        options.words(),
        MountRequest.DEFAULT_REQUESTS);
  }

  /** Where it is mounted: absolute, without links. */
  public Path mountPoint() {
    return mount.mountPoint();
  }

  /** Waits until it is unmounted, from whichever side, and the last request has ended. */
  public void awaitEnd() throws InterruptedException {
    mount.awaitEnd();
  }

  /**
   * Unmounts, at worst by cutting off who still uses it after some seconds, and makes everything
   * durable that was written through it; the store stays open. Without effect the second time.
   *
   * @throws MountException if a request does not end; closing can be tried again
   * @throws IOException if not everything could be made durable
   */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    mount.close();
    closed = true;
    forgetExit();
    try {
      operations.close(); // what programs left open, before all is made durable
    } finally {
      try {
        store.sync();
      } finally {
        if (control != null) {
          control.close();
        }
      }
    }
  }

  /** What would keep this object, and with it the store, for as long as this Java runs. */
  private void forgetExit() {
    if (Thread.currentThread() != atExit) {
      try {
        Runtime.getRuntime().removeShutdownHook(atExit);
      } catch (IllegalStateException e) {
        LOG.debug("{} is unmounted while this Java ends", mountPoint());
      }
    }
  }

  private void closeAtExit() {
    try {
      close();
    } catch (ClosedFileSystemException e) {
      LOG.debug("the store of {} was closed first", mountPoint());
    } catch (IOException | RuntimeException e) {
      LOG.error("{} could not be unmounted in order at the end of this Java", mountPoint(), e);
      syncAtExit();
    }
  }

  /** A request that does not end is no reason to lose what others have written. */
  private void syncAtExit() {
    try {
      store.sync();
    } catch (IOException | RuntimeException e) {
      LOG.error("not all that was written to {} could be made durable", mountPoint(), e);
    }
  }

  private static final class Slf4jLog implements MountLog {
    @Override
    public void note(String line) {
      LOG.info(line);
    }

    @Override
    public void warn(String line) {
      LOG.warn(line);
    }
  }
}
