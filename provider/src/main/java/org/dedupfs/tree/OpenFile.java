package org.dedupfs.tree;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.dedupfs.StoreFigure;
import org.dedupfs.activity.Activity;
import org.dedupfs.content.ContentUsage;
import org.dedupfs.content.FileContent;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.TreeException.Failure;
import org.jspecify.annotations.Nullable;

/**
 * An open regular file: it stays whole after unlink and rename, until closed. Safe for any number
 * of threads; sets access times as the store's policy says. After {@link #close()} every method
 * fails with BAD_HANDLE; what is under way then is finished.
 */
public final class OpenFile implements AutoCloseable {
  /** Counters of their own would be two more places in memory for each read of many open files. */
  private static final AtomicIntegerFieldUpdater<OpenFile> USES =
      AtomicIntegerFieldUpdater.newUpdater(OpenFile.class, "uses");

  private final Tree tree;
  private final TreeRows rows;
  private final FileContent content;

  /** One for the handle until it is closed, one for each operation under way. */
  @SuppressWarnings("UnusedVariable") // used through USES
  private volatile int uses = 1;

  private volatile boolean closed;

  /** Whether bytes were changed through this handle: then its close tells whether they are kept. */
  private volatile boolean changed;

  private volatile @Nullable Object origin;
  private volatile AccessStamp accessStamp = AccessStamp.NONE;

  /**
   * One for all: nothing is to be allocated, and so to fail, between counting a use and its end.
   */
  private final Use use = new Use();

  /**
   * @param created whether the file was made by opening it: its name is then what this handle wrote
   */
  OpenFile(Tree tree, TreeRows rows, FileContent content, boolean created) {
    this.tree = tree;
    this.rows = rows;
    this.content = content;
    this.changed = created;
  }

  public InodeNumber inode() {
    return content.inode();
  }

  /** The inode as it is now. */
  public Inode stat() throws IOException {
    try (Use use = use()) {
      return tree.stat(use.inode());
    }
  }

  /** The size as it is now; also after closing. */
  public long sizeBytes() {
    return content.sizeBytes();
  }

  /** What changes made through this handle are told to come from. */
  public void setOrigin(@Nullable Object origin) {
    this.origin = origin;
  }

  /** Changes whenever the bytes or the size do; see {@link FileContent#generation}. */
  public long generation() {
    return content.generation();
  }

  /**
   * @return how many bytes, -1 at or beyond the end
   */
  public int read(long offsetBytes, ByteBuffer target) throws IOException {
    requireRange(offsetBytes, 0);
    try (Use use = use()) {
      int count = use.content().read(offsetBytes, target);
      counted(StoreFigure.READS, StoreFigure.BYTES_READ, Math.max(0, count));
      accessed();
      return count;
    }
  }

  /** While in use: bytes were read. */
  private void accessed() throws IOException {
    AccessStamp known = accessStamp;
    AccessStamp now = tree.accessed(content, known);
    if (!now.equals(known)) {
      accessStamp = now;
    }
  }

  /**
   * @return how many bytes; see {@link FileContent#write}
   */
  public int write(long offsetBytes, ByteBuffer source) throws IOException {
    requireRange(offsetBytes, source.remaining());
    int[] count = new int[1];
    change(content -> count[0] = content.write(offsetBytes, source));
    counted(StoreFigure.WRITES, StoreFigure.BYTES_WRITTEN, count[0]);
    return count[0];
  }

  /**
   * Writes at the end, atomically.
   *
   * @return the offset written at; see {@link FileContent#append}
   */
  public long append(ByteBuffer source) throws IOException {
    long[] at = new long[1];
    int before = source.remaining();
    change(
        content -> {
          requireRange(content.sizeBytes(), source.remaining());
          at[0] = content.append(source);
        });
    counted(StoreFigure.WRITES, StoreFigure.BYTES_WRITTEN, before - source.remaining());
    return at[0];
  }

  private void counted(StoreFigure calls, StoreFigure bytes, int count) {
    Activity activity = rows.live().activity();
    activity.count(calls);
    activity.count(bytes, count);
  }

  public void setSize(long sizeBytes) throws IOException {
    requireRange(sizeBytes, 0);
    change(content -> content.setSize(sizeBytes));
  }

  public void punchHole(long offsetBytes, long lengthBytes) throws IOException {
    requireRange(offsetBytes, lengthBytes);
    change(content -> content.punchHole(offsetBytes, lengthBytes));
  }

  /**
   * Puts a range of another open file, or of this one, at {@code offsetBytes} by reference; see
   * {@link FileContent#cloneRange}. Ranges of one file do not overlap.
   *
   * @return how many bytes; fewer at the end of the source, or because others keep writing
   */
  public long cloneRange(
      OpenFile source, long sourceOffsetBytes, long offsetBytes, long lengthBytes)
      throws IOException {
    requireRange(sourceOffsetBytes, 0);
    long length = Math.min(lengthBytes, source.sizeBytes() - sourceOffsetBytes);
    if (length <= 0) {
      return 0;
    }
    requireRange(offsetBytes, length);
    long[] cloned = new long[1];
    try (Use used = source.use()) {
      change(
          content ->
              cloned[0] =
                  content.cloneRange(used.content(), sourceOffsetBytes, offsetBytes, length));
      source.accessed();
    }
    return cloned[0];
  }

  public long nextData(long offsetBytes) throws IOException {
    requireRange(offsetBytes, 0);
    try (Use use = use()) {
      return use.content().nextData(offsetBytes);
    }
  }

  public long nextHole(long offsetBytes) throws IOException {
    requireRange(offsetBytes, 0);
    try (Use use = use()) {
      return use.content().nextHole(offsetBytes);
    }
  }

  /** See {@link FileContent#usage}. */
  public ContentUsage usage() throws IOException {
    try (Use use = use()) {
      return use.content().usage();
    }
  }

  public Inode setAttributes(AttributeChange change) throws IOException {
    try (Use use = use()) {
      return tree.setAttributes(use.inode(), change);
    }
  }

  /** See {@link Tree#clearPrivileges}. */
  public void clearPrivileges() throws IOException {
    try (Use use = use()) {
      tree.clearPrivileges(use.inode());
    }
  }

  /** Durable when this returns: bytes, attributes and names. */
  public void sync() throws IOException {
    try (Use use = use()) {
      if (!rows.isReadOnly()) {
        rows.content().sync(use.content());
      }
    }
  }

  /** Fails if what was written through this handle cannot be stored; waits for nothing. */
  public void checkWritten() throws IOException {
    try (Use use = use()) {
      if (changed) {
        use.content().checkWritten();
      }
    }
  }

  /**
   * Idempotent; the last close of a file without a name purges it. Fails if what was written
   * through this handle cannot be stored. With {@code durability=close}, what was written before is
   * durable when this returns, even if an operation is under way that keeps the handle in use.
   */
  @Override
  public void close() throws IOException {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    try (Use last = use) {
      if (changed) {
        rows.content().syncClosed(last.content());
      }
    }
  }

  /** Something done to the bytes. */
  private interface ContentChange {
    void apply(FileContent content) throws IOException;
  }

  private void change(ContentChange change) throws IOException {
    if (rows.isReadOnly()) {
      throw new TreeException(Failure.READ_ONLY);
    }
    try (Use use = use()) {
      changed = true;
      try {
        change.apply(use.content());
      } finally {
        // Of one that failed, too: a part may have been made.
        rows.contentListeners().changed(use.inode(), origin);
      }
      rows.watches().modified(use.inode());
    }
  }

  private Use use() throws TreeException {
    if (closed || USES.getAndUpdate(this, count -> count == 0 ? 0 : count + 1) == 0) {
      throw new TreeException(Failure.BAD_HANDLE);
    }
    return use;
  }

  /** The content is given back when the handle is closed and no operation is under way any more. */
  private void endUse() throws IOException {
    if (USES.decrementAndGet(this) == 0) {
      tree.closed(this, content, changed);
    }
  }

  private static void requireRange(long offsetBytes, long lengthBytes) throws TreeException {
    if (offsetBytes < 0 || lengthBytes < 0) {
      throw new TreeException(Failure.INVALID);
    }
    if (offsetBytes > Tree.MAX_FILE_BYTES - lengthBytes) {
      throw new TreeException(Failure.TOO_LARGE);
    }
  }

  /** One operation under way. */
  private final class Use implements AutoCloseable {
    InodeNumber inode() {
      return content.inode();
    }

    FileContent content() {
      return content;
    }

    @Override
    public void close() throws IOException {
      endUse();
    }
  }
}
