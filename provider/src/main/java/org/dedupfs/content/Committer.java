package org.dedupfs.content;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.dedupfs.activity.CommitTiming;
import org.dedupfs.blocks.BlockCollisionException;
import org.dedupfs.blocks.BlockDamagedException;
import org.dedupfs.blocks.BlockStore;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.FrozenChanges;
import org.dedupfs.metadata.LiveMetadata;
import org.dedupfs.metadata.MetadataDamagedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commit protocol: metadata never names a block that would not survive power loss. Before a
 * file's delta is moved into the metadata, each of its blocks is durable in the block store, or its
 * record is staged for the journal and becomes durable in the same commit.
 *
 * <p>One commit runs at a time; those who ask meanwhile share the next one.
 */
final class Committer {
  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

  private static final int PATIENT_ATTEMPTS = 3;

  private final LiveMetadata live;
  private final ContentStore store;
  private final ReentrantLock commitLock = new ReentrantLock();

  /**
   * Writes that the next commit must contain, by file: the sources of replacing renames. By the
   * object and not its inode: a file that was settled and forgotten counts its writes anew.
   */
  private final Map<FileContent, Long> required = new ConcurrentHashMap<>();

  private final JournalStaging journal; // guarded by commitLock, but for isLate()
  private Group waiting = new Group(); // guarded by this

  /** Those who share one commit. */
  private static final class Group {
    final Set<FileContent> files = new LinkedHashSet<>();
    boolean everything;
    boolean done;
    @Nullable Throwable failure;
    final Map<FileContent, IOException> fileFailures = new LinkedHashMap<>();

    /** The files of which nobody leaves half a write in the delta meanwhile. */
    final Set<FileContent> moving = new LinkedHashSet<>();

    /** The first one; says of how many more files it is true. */
    @Nullable IOException anyFileFailure() {
      if (fileFailures.size() < 2) {
        return fileFailures.isEmpty() ? null : fileFailures.values().iterator().next();
      }
      IOException first = fileFailures.values().iterator().next();
      String others = " (and " + (fileFailures.size() - 1) + " more files could not be stored)";
      return new IOException(first.getMessage() + others, first);
    }
  }

  Committer(ContentStore store, LiveMetadata live, BlockStore blocks) {
    this.store = store;
    this.live = live;
    this.journal = new JournalStaging(blocks);
  }

  /** See {@link JournalStaging#adopt}. */
  void adoptJournal(SortedMap<Long, Integer> recordBytes) {
    commitLock.lock();
    try {
      journal.adopt(recordBytes);
    } finally {
      commitLock.unlock();
    }
  }

  /** Whether a commit is due for the journal, though nothing was changed since the last one. */
  boolean isJournalLate() {
    return journal.isLate();
  }

  void require(FileContent file) {
    required.merge(file, file.commit().lastWrite(), Math::max);
  }

  /**
   * Commits. With {@code everything}, a file that cannot be stored keeps no other from being
   * committed; that it was left out is told when all is done.
   *
   * @param file whose writes are to be part of it; null for none
   * @param everything whether those of all files are
   */
  void commit(@Nullable FileContent file, boolean everything) throws IOException {
    Group group = join(file, everything);
    IOException ofFile = file == null ? null : group.fileFailures.get(file);
    if (ofFile == null && everything) {
      ofFile = group.anyFileFailure();
    }
    throwIfFailed(ofFile != null ? ofFile : group.failure);
  }

  /**
   * Commits everything that can be stored.
   *
   * @return the files that cannot, for reasons of their own: their extents or blocks are damaged
   */
  Set<FileContent> commitStorable() throws IOException {
    Group group = join(null, true);
    throwIfFailed(group.failure);
    for (IOException failure : group.fileFailures.values()) {
      if (!isOfOneFile(failure)) {
        throwIfFailed(failure);
      }
    }
    return group.fileFailures.keySet();
  }

  /** Returns when a commit that began after this call has ended, well or not. */
  private Group join(@Nullable FileContent file, boolean everything) {
    Group group;
    synchronized (this) {
      group = waiting;
      if (file != null) {
        group.files.add(file);
      }
      group.everything |= everything;
    }
    commitLock.lock();
    try {
      if (!group.done) {
        synchronized (this) {
          waiting = new Group();
        }
        lead(group);
      }
    } finally {
      commitLock.unlock();
    }
    return group;
  }

  private static void throwIfFailed(@Nullable Throwable failure) throws IOException {
    if (failure instanceof IOException) {
      throw new IOException(failure.getMessage(), failure);
    }
    if (failure != null) {
      throw new IOException("a commit failed: " + failure, failure);
    }
  }

  /** Commits everything before the store is closed, which flushes the blocks in any case. */
  void commitLast() throws IOException {
    commitLock.lock();
    try {
      journal.close();
    } finally {
      commitLock.unlock();
    }
    commit(null, true);
  }

  private void lead(Group group) {
    try {
      run(group);
    } catch (IOException e) {
      group.failure = e;
    } catch (RuntimeException | Error e) {
      group.failure = e; // first, and without a new object: memory may be what is missing
      store.fail(e);
      throw e;
    } finally {
      group.done = true;
    }
  }

  private void run(Group group) throws IOException {
    store.checkUsable();
    try (DiskSpace.Use use = store.space().useReserve()) {
      commit(group);
      store.space().save(use);
    }
  }

  private void commit(Group group) throws IOException {
    CommitTiming timing = new CommitTiming(live.activity());
    Set<FileContent> files = new LinkedHashSet<>(group.files);
    if (group.everything) {
      files.addAll(store.unsettled());
    }
    FrozenChanges frozen;
    try {
      frozen = moveAndFreeze(group, files);
    } finally {
      group.moving.forEach(FileContent::endMove);
    }
    if (frozen != null) {
      commit(frozen);
      timing.end(group.moving.size(), group.everything);
    }
    group.fileFailures.forEach(
        (file, failure) -> {
          if (isOfOneFile(failure)) {
            file.commit().leaveOut(failure);
          }
        });
    store.evictSettled();
  }

  /** Moves the writes of some files into the metadata; null when there is nothing to commit. */
  private @Nullable FrozenChanges moveAndFreeze(Group group, Set<FileContent> files)
      throws IOException {
    for (FileContent file : files) {
      drain(group, file);
    }
    files.removeAll(group.fileFailures.keySet());
    FrozenChanges frozen = null;
    for (int attempt = 0; frozen == null; attempt++) {
      List<FileContent> awaited = drainRequired(group);
      files.addAll(awaited);
      move(files, group.fileFailures, attempt >= PATIENT_ATTEMPTS);
      for (FileContent file : awaited) {
        IOException failure = group.fileFailures.get(file);
        if (failure != null) {
          goOnWithout(file, failure);
        }
      }
      files.clear();
      frozen = freeze();
      if (frozen == null && !live.hasUncommitted()) {
        break;
      }
    }
    return frozen;
  }

  /**
   * The source of a replacing rename cannot be stored. To wait for it would keep everything that
   * was written since from all files, for as long as the store is open; so its new name is
   * committed with what was last committed of it, and whoever writes to it or closes it is told.
   * What it replaced is lost then, which is why a rename whose source is known to be damaged fails
   * in the first place ({@link ContentStore#prepareReplacement}): this here is for damage that
   * befell a file after that.
   *
   * @throws IOException if the cause is not this file but the store, a full disk for example:
   *     waiting loses least then, for nothing that has bytes can be committed anyhow
   */
  private void goOnWithout(FileContent file, IOException failure) throws IOException {
    if (!isOfOneFile(failure)) {
      throw failure;
    }
    required.remove(file);
    LOG.error(
        "{} has replaced another file, but what was written to it cannot be stored: {}",
        file.inode(),
        failure.getMessage());
  }

  /** Whether trying again is in vain, and other files are not concerned. */
  private static boolean isOfOneFile(IOException failure) {
    return failure instanceof BlockDamagedException
        || failure instanceof BlockCollisionException
        || failure instanceof DamagedContentException
        || failure instanceof MetadataDamagedException
        || failure instanceof LostWritesException
        || failure.getCause() instanceof RuntimeException;
  }

  private static void drain(Group group, FileContent file) {
    group.moving.add(file);
    try {
      file.beginMove();
    } catch (IOException e) {
      group.fileFailures.put(file, e);
    } catch (RuntimeException | Error e) {
      // of this file alone: what could not be cut stays dirty, and the others are committed
      LOG.error("{} could not be stored", file.inode(), e);
      group.fileFailures.put(file, new IOException(file.inode() + " could not be stored: " + e, e));
    }
  }

  /** What must be in this commit though nobody waits for it. */
  private List<FileContent> drainRequired(Group group) {
    List<FileContent> files = new ArrayList<>();
    for (Map.Entry<FileContent, Long> entry : required.entrySet()) {
      FileContent file = entry.getKey();
      if (!file.commit().isMovedUpTo(entry.getValue())) {
        drain(group, file);
        files.add(file);
      }
    }
    return files;
  }

  /**
   * Moves deltas into the metadata. A file whose delta names a block that cannot be read is left
   * out, so that it does not keep the others from being committed; so is one whose extents are
   * damaged.
   *
   * @param impatient whether blocks that were put since they were staged are staged under the locks
   */
  private void move(
      Set<FileContent> files, Map<FileContent, IOException> failures, boolean impatient)
      throws IOException {
    List<FileContent> left = new ArrayList<>(files);
    for (int attempt = 0; !left.isEmpty(); attempt++) {
      journal.stage(left, failures);
      left.removeAll(failures.keySet());
      boolean force = impatient || attempt >= PATIENT_ATTEMPTS;
      List<FileContent> next = new ArrayList<>();
      for (FileContent file : left) {
        try {
          if (!file.commit().moveDelta(live, id -> isSafe(id, force))) {
            next.add(file);
          }
        } catch (UncheckedIOException e) {
          failures.put(file, e.getCause());
        } catch (IOException e) {
          failures.put(file, e);
        }
      }
      left = next;
    }
  }

  private boolean isSafe(long id, boolean force) {
    if (journal.isSafe(id)) {
      return true;
    }
    if (force) {
      try {
        journal.stage(id);
        return true;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return false;
  }

  /** Freezes what is visible with the journal that it needs; null when something is missing yet. */
  private @Nullable FrozenChanges freeze() throws IOException {
    try (Change change = store.beginMove(live)) {
      for (Map.Entry<FileContent, Long> entry : required.entrySet()) {
        if (!entry.getKey().commit().isMovedUpTo(entry.getValue())) {
          return null;
        }
      }
      journal.forgetDurable();
      if (journal.isSettled() && !live.hasUncommitted()) {
        required.clear();
        return null;
      }
      journal.writeTo(change);
      FrozenChanges frozen = change.publishAndFreeze();
      required.clear();
      return frozen;
    }
  }

  private void commit(FrozenChanges frozen) throws IOException {
    try {
      live.commit(frozen);
    } catch (IOException | RuntimeException | Error e) {
      store.fail(new IOException("a commit failed, the store is read-only now: " + e, e));
      throw e;
    }
    journal.committed();
  }

  /** Moves one file's delta into the visible metadata, so that a clone can take it from there. */
  void moveNow(FileContent file) throws IOException {
    commitLock.lock();
    try {
      store.checkUsable();
      Map<FileContent, IOException> failures = new HashMap<>();
      try {
        file.beginMove();
        move(Set.of(file), failures, false);
      } finally {
        file.endMove();
      }
      IOException failure = failures.get(file);
      if (failure != null) {
        throw failure;
      }
    } finally {
      commitLock.unlock();
    }
  }
}
