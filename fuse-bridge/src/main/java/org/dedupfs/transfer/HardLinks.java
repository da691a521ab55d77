package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Where the files with several names went, so that their other names become links. Remembers a file
 * until all its names were seen; the others take no memory. Safe for use by any number of threads.
 */
final class HardLinks {
  /** Copies a file under its first name, or links it. */
  interface Copy {
    /** Whether it is there now. */
    boolean run() throws IOException;
  }

  interface Link {
    void to(Path first) throws IOException;
  }

  private record Group(CompletableFuture<@Nullable Path> first, AtomicInteger namesLeft) {}

  private final Map<EntryAttributes.FileId, Group> groups = new ConcurrentHashMap<>();

  /** Copies if this is the first name of its file, else waits for that copy and links. */
  void copyOrLink(EntryAttributes attributes, Path target, Copy copy, Link link)
      throws IOException {
    Group mine = new Group(new CompletableFuture<>(), new AtomicInteger(attributes.nlink()));
    Group group = groups.putIfAbsent(attributes.id(), mine);
    try {
      if (group == null) {
        group = mine;
        copyFirst(mine, target, copy);
        return;
      }
      // Its copy runs on another thread, which waits for nobody, or is done.
      Path first = group.first().join();
      if (first == null) {
        copy.run();
      } else {
        link.to(first);
      }
    } finally {
      if (group != null && group.namesLeft().decrementAndGet() <= 0) {
        groups.remove(attributes.id(), group);
      }
    }
  }

  private static void copyFirst(Group group, Path target, Copy copy) throws IOException {
    boolean done = false;
    try {
      done = copy.run();
    } finally {
      group.first().complete(done ? target : null);
    }
  }
}
