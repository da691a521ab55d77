package org.dedupfs.transfer;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A directory whose contents are on their way. When the last of them, directories below included,
 * has arrived, it gets its own attributes: earlier, its time would change again and its mode might
 * forbid entries.
 */
final class DirectoryVisit {
  private final @Nullable DirectoryVisit parent;
  final Path source;
  final Path target;
  final EntryAttributes wanted;
  private final Consumer<DirectoryVisit> whenComplete;

  /** The walker, each entry being copied and each directory below hold it open. */
  private final AtomicInteger holders = new AtomicInteger(1);

  DirectoryVisit(
      @Nullable DirectoryVisit parent,
      Path source,
      Path target,
      EntryAttributes wanted,
      Consumer<DirectoryVisit> whenComplete) {
    this.parent = parent;
    this.source = source;
    this.target = target;
    this.wanted = wanted;
    this.whenComplete = whenComplete;
  }

  void hold() {
    holders.incrementAndGet();
  }

  void release() {
    // A loop, because a tree may be deeper than a stack.
    DirectoryVisit visit = this;
    while (visit != null && visit.holders.decrementAndGet() == 0) {
      visit.whenComplete.accept(visit);
      visit = visit.parent;
    }
  }
}
