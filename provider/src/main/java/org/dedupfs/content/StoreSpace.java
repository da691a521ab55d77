package org.dedupfs.content;

import java.io.IOException;
import java.util.function.LongSupplier;
import org.dedupfs.metadata.LiveMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Room on the disk below a store: what still fits, and what is kept back. Thread-safe. */
public final class StoreSpace {
  private static final Logger LOG = LoggerFactory.getLogger(StoreSpace.class);

  private final DiskSpace disk;
  private final LiveMetadata live;
  private final LongSupplier promisedBytes;
  private final SpaceGuard guard;

  /** {@code promisedBytes}: accepted but not on the disk yet. */
  StoreSpace(DiskSpace disk, LiveMetadata live, LongSupplier promisedBytes) throws IOException {
    this.disk = disk;
    this.live = live;
    this.promisedBytes = promisedBytes;
    this.guard = new SpaceGuard(disk, promisedBytes);
  }

  /**
   * Begins something that frees space, on a disk that may be full: what the store has in reserve is
   * given up for it if need be.
   *
   * @return to be closed at the end
   */
  public DiskSpace.Use useReserve() {
    return disk.useReserve(promisedBytes.getAsLong());
  }

  /** Keeps the log of the metadata short where space is scarce; that this fails does no harm. */
  public void save(DiskSpace.Use use) {
    if (use.isScarce()) {
      try {
        live.shortenLog();
      } catch (IOException | RuntimeException | Error e) { // what it was done for has ended well
        LOG.debug("{}: the log stays long on a full disk", live.activity().store(), e);
      }
    }
  }

  /** What is left on the disk below; some system calls. */
  public SpaceLeft left() throws IOException {
    return guard.left();
  }

  /**
   * @throws StoreFullException if {@code bytes} more would not fit
   */
  void admit(long bytes) throws IOException {
    guard.admit(bytes);
  }
}
