package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Copies trees from one side to the other: contents, holes, modes, owners, times, links of both
 * kinds, special files and extended attributes. Files of the same size and time are left as they
 * are, so repeating a transfer resumes it; others are replaced in one step; nothing is deleted. One
 * thread walks, several copy; memory does not grow with the tree.
 *
 * <p>Failures that concern one entry are reported to the listener; the first other one ends the
 * transfer and is thrown. One thread at a time.
 */
public final class TreeTransfer implements AutoCloseable {
  private static final int QUEUED_ENTRIES = 256;

  private final Side from;
  private final Side to;
  private final TransferOptions options;
  private final TransferListener listener;
  private final TransferTotals totals;
  private final AttributeTransfer attributes;
  private final EntryTransfer entries;
  private final ThreadPoolExecutor copiers;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  public TreeTransfer(
      Side from,
      Side to,
      TransferOptions options,
      TransferListener listener,
      TransferTotals totals) {
    this.from = from;
    this.to = to;
    this.options = options;
    this.listener = listener;
    this.totals = totals;
    this.attributes = new AttributeTransfer(from, to, listener);
    this.entries = new EntryTransfer(from, to, listener, totals, attributes, options);
    AtomicInteger number = new AtomicInteger();
    this.copiers =
        new ThreadPoolExecutor(
            options.threads(),
            options.threads(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUED_ENTRIES),
            task -> {
              Thread thread = new Thread(task, "copier-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            },
            // A full queue makes the walker help.
            new ThreadPoolExecutor.CallerRunsPolicy());
  }

  /**
   * Copies {@code source}, whatever it is, to be {@code target}; returns when it is there.
   *
   * @throws TransferStoppedException if the listener asked to stop
   */
  public void copy(Path source, Path target) throws IOException {
    EntryAttributes found = EntryAttributes.read(source);
    Stream.concat(from.limits().stream(), to.limits().stream())
        .forEach(why -> listener.lost(from.text(source), Loss.HOST, why));
    if (isUntouched(target.getParent())) {
      String why = "the store itself stands at " + to.text(target.getParent());
      listener.lost(from.text(source), Loss.CONFLICT, why);
      return;
    }
    if (!found.isDirectory()) {
      deleteLeftovers(target);
    }
    DirectoryVisit above = new DirectoryVisit(null, source, target, found, visit -> signal());
    try {
      entry(above, source, target, found);
    } catch (Ended e) {
      // What it was is in failure.
    }
    above.release();
    awaitSignal();
    rethrow();
  }

  private boolean isUntouched(@Nullable Path directory) throws IOException {
    return directory != null
        && !options.untouched().equals(StorePlaces.NONE)
        && options.untouched().contains(EntryAttributes.read(directory).id());
  }

  private final Object monitor = new Object();
  private int completed;

  private void signal() {
    synchronized (monitor) {
      completed++;
      monitor.notifyAll();
    }
  }

  private void awaitSignal() {
    boolean interrupted = false;
    synchronized (monitor) {
      while (completed == 0) {
        try {
          monitor.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      completed--;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void rethrow() throws IOException {
    Throwable ended = failure.get();
    if (ended instanceof IOException e) {
      throw e;
    }
    if (ended instanceof RuntimeException e) {
      throw e;
    }
    if (ended instanceof Error e) {
      throw e;
    }
  }

  /** Unwinds the walker. */
  private static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** What a killed transfer left of an entry that is copied alone. */
  private void deleteLeftovers(Path target) throws IOException {
    Path parent = target.getParent();
    if (parent != null) {
      PartNames.deleteLeftovers(to, parent, to.name(target));
    }
  }

  private void entry(DirectoryVisit parent, Path source, Path target, EntryAttributes found) {
    if (!found.isDirectory()) {
      submit(parent, source, target, found);
      return;
    }
    if (options.leftOut().contains(found.id())) {
      listener.leftOut(from.text(source), "it is the store itself");
      return;
    }
    if (options.oneFileSystem() && found.id().device() != parent.wanted.id().device()) {
      listener.leftOut(from.text(source), "it is on another file system");
      return;
    }
    try {
      if (!prepare(source, target, found)) {
        return;
      }
    } catch (IOException e) {
      failed(source, e);
      return;
    }
    parent.hold();
    walk(new DirectoryVisit(parent, source, target, found, this::complete));
  }

  /** Makes the directory unless it is there. */
  private boolean prepare(Path source, Path target, EntryAttributes found) throws IOException {
    try {
      Files.createDirectory(target, to.creation(found));
    } catch (FileAlreadyExistsException e) {
      EntryAttributes there = EntryAttributes.read(target);
      if (!there.isDirectory()) {
        String why = "a " + there.typeName() + " stands at " + to.text(target);
        listener.lost(from.text(source), Loss.CONFLICT, why);
        return false;
      }
      if (options.untouched().contains(there.id())) {
        String why = "the store itself stands at " + to.text(target);
        listener.lost(from.text(source), Loss.CONFLICT, why);
        return false;
      }
      PartNames.deleteLeftovers(to, target);
    }
    totals.directories.increment();
    return true;
  }

  private void walk(DirectoryVisit visit) {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(visit.source)) {
      for (Path child : children) {
        check();
        byte[] name = from.name(child);
        if (PartNames.isPart(name)) {
          listener.lost(from.text(child), Loss.UNFINISHED, "an interrupted transfer left it");
          continue;
        }
        Path target = target(visit, child, name);
        EntryAttributes found = target == null ? null : read(child);
        if (target != null && found != null) {
          entry(visit, child, target, found);
        }
      }
    } catch (DirectoryIteratorException e) {
      listener.lost(from.text(visit.source), Loss.UNREADABLE, Failures.reason(e.getCause()));
    } catch (IOException e) {
      listener.lost(from.text(visit.source), Loss.UNREADABLE, Failures.reason(e));
    } finally {
      visit.release();
    }
  }

  private @Nullable Path target(DirectoryVisit visit, Path source, byte[] name) {
    try {
      return to.child(visit.target, name);
    } catch (IOException e) {
      listener.lost(from.text(source), Loss.UNWRITABLE, Failures.reason(e));
      return null;
    }
  }

  private @Nullable EntryAttributes read(Path source) {
    try {
      return EntryAttributes.read(source);
    } catch (IOException e) {
      listener.lost(from.text(source), Loss.UNREADABLE, Failures.reason(e));
      return null;
    }
  }

  private void check() {
    if (listener.stopRequested()) {
      failure.compareAndSet(null, new TransferStoppedException());
    }
    if (failure.get() != null) {
      throw new Ended();
    }
  }

  private void submit(DirectoryVisit parent, Path source, Path target, EntryAttributes found) {
    parent.hold();
    copiers.execute(
        () -> {
          try {
            if (failure.get() == null) {
              entries.run(source, target, found);
            }
          } catch (IOException e) {
            failed(source, e);
          } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
          } finally {
            parent.release();
          }
        });
  }

  private void complete(DirectoryVisit visit) {
    if (failure.get() != null) {
      return;
    }
    try {
      attributes.apply(visit.source, visit.target, visit.wanted);
    } catch (IOException e) {
      failed(visit.source, e);
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    }
  }

  private void failed(Path source, IOException e) {
    if (!(e instanceof TransferStoppedException) && Failures.concernsOneEntry(e)) {
      listener.lost(from.text(source), Failures.loss(e), Failures.reason(e));
    } else {
      failure.compareAndSet(null, e);
    }
  }

  /** Ends the threads. */
  @Override
  public void close() {
    copiers.shutdownNow();
  }
}
