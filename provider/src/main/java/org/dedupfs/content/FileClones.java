package org.dedupfs.content;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.ExtentMap;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.RowKey;

/** Clones whole files, and knows how much of what ranges clone waits in deltas. Thread-safe. */
public final class FileClones {
  private final ContentTable contents;
  private final Committer committer;
  private final AtomicLong waitingExtents = new AtomicLong();

  FileClones(ContentTable contents, Committer committer) {
    this.contents = contents;
    this.committer = committer;
  }

  /**
   * Prepares a clone: what was written to {@code source} so far becomes durable blocks. Then,
   * within a change, {@link #into} is instant. Not to be called while holding a change.
   */
  public void prepare(InodeNumber source) throws IOException {
    FileContent content = contents.findUnsettled(source);
    if (content != null) {
      committer.moveNow(content);
    }
  }

  /**
   * Within a change: gives {@code target}, a new and empty file whose row the caller puts
   * afterwards, the bytes of {@code source}, by reference: as they were at one moment between the
   * call of {@link #prepare} and now. That is what the metadata has, for it only ever takes over a
   * file as of a point in the order of its writes.
   *
   * @return {@code target} with size and allocation set
   */
  public Inode into(Change change, InodeNumber source, Inode target) throws IOException {
    Inode row = change.get(RowKey.inode(source));
    if (row == null) {
      throw new FileNotFoundException(source + " is gone");
    }
    ExtentMap.copy(change, source, row.sizeBytes(), target.number());
    change.count(Counter.LOGICAL_BYTES, row.allocatedBytes());
    return target.toBuilder()
        .sizeBytes(row.sizeBytes())
        .allocatedBytes(row.allocatedBytes())
        .build();
  }

  void countWaiting(int extents) {
    waitingExtents.addAndGet(extents);
  }

  /** At least how many extents clones have put in deltas that the metadata does not have yet. */
  long waitingExtents() {
    return waitingExtents.get();
  }
}
