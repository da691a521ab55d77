package org.dedupfs.maintenance;

import java.io.IOException;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.StoreFinding;
import org.dedupfs.metadata.MetadataSnapshot;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.SnapshotEndedException;

/**
 * Reads all metadata as of one moment, and begins anew, as of a later one, when others wrote so
 * much meanwhile that the log of the metadata became too long.
 */
final class RepeatedReading {
  private static final int MOST_TRIES = 3;

  private RepeatedReading() {}

  /** What is read. */
  interface Reading<T> {
    /**
     * @param listener to be told instead of the one behind it
     */
    T from(MetadataSnapshot snapshot, MaintenanceListener listener) throws IOException;
  }

  /** What was found is told once, so nothing is begun anew after that. */
  private static final class Told implements MaintenanceListener {
    private final MaintenanceListener next;
    private boolean any;

    Told(MaintenanceListener next) {
      this.next = next;
    }

    @Override
    public void found(StoreFinding finding) {
      any = true;
      next.found(finding);
    }

    @Override
    public void repaired(StoreFinding finding, String text) {
      any = true;
      next.repaired(finding, text);
    }

    @Override
    public void progress(Phase phase, long done, long total) throws InterruptedException {
      next.progress(phase, done, total);
    }
  }

  /**
   * Reads.
   *
   * @throws IOException also if too much was written each time
   */
  static <T> T run(MetadataStore metadata, MaintenanceListener listener, Reading<T> reading)
      throws IOException {
    Told told = new Told(listener);
    for (int tries = 1; ; tries++) {
      try (MetadataSnapshot snapshot = metadata.boundedSnapshot()) {
        return reading.from(snapshot, told);
      } catch (SnapshotEndedException e) {
        if (told.any || tries == MOST_TRIES) {
          throw new IOException(
              "others write so much that this comes to no end without filling the disk with the log"
                  + " of the metadata ("
                  + e.getMessage()
                  + "); do it while less is written, or on a copy of the store",
              e);
        }
      }
      metadata.shortenLog();
    }
  }
}
