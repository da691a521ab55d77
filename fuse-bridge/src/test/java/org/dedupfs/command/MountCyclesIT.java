package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.fixtures.Seeds;
import org.junit.jupiter.api.Test;

/** Mounts over and over: {@code -Dcycles=200}, {@code -Dkills=50} and {@code -Dseed=N}. */
final class MountCyclesIT extends MountFixture {
  private static final int WRITERS = 2;
  private static final int LARGEST_BYTES = 300_000;
  private static final int NAMES = 40;

  private final long seed = Seeds.next("MountCyclesIT");
  private final Random random = new Random(seed);

  /** Of each file the seeds of contents of which it must have one. */
  private final Map<String, List<Integer>> promised = new ConcurrentHashMap<>();

  private static byte[] content(int contentSeed) {
    Random bytes = new Random(contentSeed);
    byte[] content = new byte[bytes.nextInt(LARGEST_BYTES)];
    bytes.nextBytes(content);
    return content;
  }

  @Test
  void clean_cycles_keep_everything_and_leave_nothing() throws Exception {
    int cycles = Integer.getInteger("cycles", 4);
    for (int cycle = 0; cycle < cycles; cycle++) {
      mount("--commit-interval", "1h");
      assertKept();
      int contentSeed = random.nextInt();
      String name = "file " + random.nextInt(NAMES);
      Files.write(mountPoint.resolve(name), content(contentSeed));
      promised.put(name, List.of(contentSeed));
      ProcessHandle server = server(mountPoint);
      switch (random.nextInt(3)) {
        case 0 -> run("umount", mountPoint).ends(ExitCode.DONE);
        case 1 -> server.destroy();
        default -> runApart(List.of("fusermount3", "-u"), mountPoint).ends(ExitCode.DONE);
      }
      awaitEnd(server);
      assertThat(mountsHere()).as("cycle " + cycle + ", seed " + seed).isEmpty();
      assertThat(ours()).isEmpty();
      assertThat(store.resolve("lock.owner")).doesNotExist();
    }
    assertKeptInStore();
  }

  @Test
  void kills_during_load_lose_nothing_that_was_synced() throws Exception {
    int kills = Integer.getInteger("kills", 3);
    for (int kill = 0; kill < kills; kill++) {
      mount();
      assertKept();
      ProcessHandle server = server(mountPoint);
      AtomicInteger acknowledged = new AtomicInteger();
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        long writerSeed = random.nextLong();
        writers.add(
            new Thread(() -> writeUntilKilled(writer, new Random(writerSeed), acknowledged)));
      }
      writers.forEach(Thread::start);
      int enough = 1 + random.nextInt(30);
      await("writers get on", () -> acknowledged.get() >= enough || !server.isAlive());
      server.destroyForcibly();
      awaitEnd(server);
      for (Thread writer : writers) {
        writer.join();
      }
      assertThat(acknowledged).as("kill " + kill + ", seed " + seed).hasValueGreaterThan(0);
    }
    mount();
    assertKept();
    run("umount", mountPoint).ends(ExitCode.DONE);
    assertThat(mountsHere()).isEmpty();
    assertThat(ours()).isEmpty();
    assertKeptInStore();
  }

  /** New files and replaced ones, each of its own names, until the mount is dead. */
  private void writeUntilKilled(int writer, Random own, AtomicInteger acknowledged) {
    try {
      while (true) {
        int contentSeed = own.nextInt();
        String name = "w" + writer + " " + own.nextInt(NAMES);
        Path file = mountPoint.resolve(name);
        Path written = own.nextBoolean() ? file : mountPoint.resolve(name + ".new");
        List<Integer> former = promised.remove(name);
        if (written != file && former != null) {
          List<Integer> either = new ArrayList<>(former);
          either.add(contentSeed);
          promised.put(name, either);
        }
        writeDurably(written, content(contentSeed));
        if (written != file) {
          Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
          syncRoot();
        }
        promised.put(name, List.of(contentSeed));
        acknowledged.incrementAndGet();
      }
    } catch (IOException e) {
      // The mount is dead, as was asked.
      return;
    }
  }

  private static void writeDurably(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  private void syncRoot() throws IOException {
    try (FileChannel root = FileChannel.open(mountPoint, StandardOpenOption.READ)) {
      root.force(true);
    }
  }

  private void assertKept() throws IOException {
    assertKept(mountPoint);
  }

  private void assertKeptInStore() throws IOException {
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      assertKept(open.getPath("/"));
    }
  }

  private void assertKept(Path root) throws IOException {
    for (Map.Entry<String, List<Integer>> entry : promised.entrySet()) {
      byte[] found = Files.readAllBytes(root.resolve(entry.getKey()));
      assertThat(entry.getValue())
          .as(entry.getKey() + " of " + found.length + " bytes, seed " + seed)
          .anyMatch(contentSeed -> Arrays.equals(content(contentSeed), found));
    }
  }
}
