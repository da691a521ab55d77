package org.dedupfs.content;

import java.io.IOException;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;

/**
 * The contents of all files of one open store, and the commits that make them durable.
 *
 * <p>Except where it says otherwise, nothing here may be called while holding a {@link Change}.
 */
public final class ContentStore implements AutoCloseable {

  /**
   * The content of a regular file, shared by all who use it. Each acquisition is paired with one
   * {@link #release}. What is dirty outlives the release.
   */
  public FileContent acquire(InodeNumber inode) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Ends one use; with {@code durability=close} and dirty data, makes that durable first. */
  public void release(FileContent content) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * The row as callers should see it: with the size and times of writes not in it yet. Never
   * blocks.
   */
  public Inode overlay(Inode row) {
    throw new UnsupportedOperationException();
  }

  /**
   * Within a change: the row with the times of earlier writes folded in; those times are then
   * forgotten, so that what the change sets stays. Size and allocation stay as the row has them.
   * Call right before putting the row.
   */
  public Inode settleTimes(Inode row) {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes everything written so far to a file part of the next commit whatever happens: the
   * precondition of replacing another file by it. Called within the change that renames.
   */
  public void requireInNextCommit(InodeNumber inode) {
    throw new UnsupportedOperationException();
  }

  /** Forgets what is dirty of an inode that was purged. May be called within a change. */
  public void discard(InodeNumber inode) {
    throw new UnsupportedOperationException();
  }

  /**
   * Prepares a clone: what was written to {@code source} so far becomes durable blocks. Then,
   * within a change, {@link #cloneInto} is instant.
   */
  public void prepareClone(InodeNumber source) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Within a change: gives {@code target}, a new and empty file whose row the caller puts
   * afterwards, all bytes of {@code source}, by reference.
   *
   * @return {@code target} with size and allocation set, or null if {@code source} was written to
   *     since {@link #prepareClone}: close the change, prepare again, retry
   */
  public @org.jspecify.annotations.Nullable Inode cloneInto(
      Change change, InodeNumber source, Inode target) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Makes everything written to the file so far, its attributes and its names durable. */
  public void sync(FileContent content) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Makes all names and attributes durable as they are now. */
  public void syncNamespace() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Makes everything durable as it is now. */
  public void syncAll() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Commits everything and ends the threads; idempotent. */
  @Override
  public void close() throws IOException {
    throw new UnsupportedOperationException();
  }
}
