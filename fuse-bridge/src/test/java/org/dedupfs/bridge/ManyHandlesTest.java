package org.dedupfs.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.fixtures.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many threads open, hide, replace, remove and close a few files at once. */
final class ManyHandlesTest {
  private static final int THREADS = 6;
  private static final int ROUNDS = 400;
  private static final int NAMES = 3;
  private static final int RECORD_BYTES = 8;

  @TempDir Path host;

  private final AtomicLong hidden = new AtomicLong();
  private final AtomicLong replaced = new AtomicLong();

  /**
   * Each file holds one number over and over: its own. What a handle reads must be the number of
   * the file that it was opened on, from its first byte to its last read, whatever its name has
   * come to stand for.
   */
  @Test
  void a_handle_stays_on_its_file_whatever_happens_to_the_name() throws Exception {
    long seed = Seeds.next("ManyHandlesTest");
    try (DedupFileSystem store = DedupFileSystems.create(host.resolve("store"));
        FileSystemOperations operations = FileSystemOperations.of(store, statistics -> "")) {
      operations.init(nodeId -> {});
      ExecutorService pool = Executors.newFixedThreadPool(THREADS);
      try {
        List<Future<Void>> running = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
          running.add(pool.submit(worker(operations, new Random(seed + t), 100 + t)));
        }
        for (Future<Void> each : running) {
          each.get();
        }
      } finally {
        pool.shutdownNow();
      }
      for (int i = 0; i < NAMES; i++) {
        removeIfThere(operations, "/f" + i);
      }
      assertThat(replaced).hasPositiveValue();
      assertThat(store.statistics().files()).as("nothing is kept that nobody has").isZero();
    }
  }

  private Callable<Void> worker(FileSystemOperations operations, Random random, long node) {
    return () -> {
      for (int i = 0; i < ROUNDS; i++) {
        String name = "/f" + random.nextInt(NAMES);
        switch (random.nextInt(6)) {
          case 0, 1 -> create(operations, name, random.nextLong());
          case 2 -> replace(operations, name, "/new" + node, random.nextLong(), node);
          case 3 -> hideAndRead(operations, name, node);
          case 4 -> removeIfThere(operations, name);
          default -> read(operations, name, node);
        }
      }
      return null;
    };
  }

  private static byte[] path(String text) {
    return text.getBytes(UTF_8);
  }

  private static ByteBuffer record(long number) {
    return ByteBuffer.allocate(RECORD_BYTES).putLong(0, number);
  }

  private static void create(FileSystemOperations operations, String name, long number)
      throws IOException {
    FakeRequest request = FakeRequest.of(FakeRequest.CREATE, 1);
    long handle;
    try {
      int flags = OpenFlags.READ_WRITE | OpenFlags.EXCLUSIVE;
      handle = operations.create(request, path(name), 0100644, flags).handle();
    } catch (FileAlreadyExistsException e) {
      return;
    }
    // No node of those that the workers call their own.
    FakeRequest write = FakeRequest.of(FakeRequest.WRITE, 1000 + (number & 0xFFFF));
    for (int i = 0; i < 4; i++) {
      int flags = OpenFlags.READ_WRITE | OpenFlags.APPEND;
      assertThat(operations.write(write, handle, record(number), 0, flags, false))
          .isEqualTo(RECORD_BYTES);
    }
    operations.release(FakeRequest.of(Request.RELEASE, 2), handle);
  }

  /** As libfuse does it if it holds the target for open. */
  private void replace(
      FileSystemOperations operations, String name, String made, long number, long node)
      throws IOException {
    create(operations, made, number);
    FakeRequest request = FakeRequest.renameTo(name.substring(1));
    boolean replaces = hides(operations, request, name, path(hiddenName(node)));
    operations.rename(request, path(made), path(name));
    replaced.addAndGet(replaces ? 1 : 0);
  }

  /** False if somebody else was faster. */
  private static boolean hides(
      FileSystemOperations operations, FakeRequest request, String name, byte[] alias)
      throws IOException {
    try {
      operations.rename(request, path(name), alias);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private String hiddenName(long node) {
    return String.format("/.fuse_hidden%08x%08x", node, hidden.incrementAndGet());
  }

  private void hideAndRead(FileSystemOperations operations, String name, long node)
      throws IOException {
    long handle;
    try {
      FakeRequest open = FakeRequest.of(FakeRequest.OPEN, node);
      handle = operations.open(open, path(name), OpenFlags.READ_ONLY).handle();
    } catch (NoSuchFileException e) {
      return;
    }
    long ino = operations.fgetattr(FakeRequest.of(FakeRequest.GETATTR, node), handle).ino();
    byte[] alias = path(hiddenName(node));
    if (hides(operations, FakeRequest.of(Request.UNLINK, 1), name, alias)) {
      assertThat(operations.getattr(FakeRequest.of(FakeRequest.GETATTR, node), alias).ino())
          .as("the file of the node, not what else has come to that name")
          .isEqualTo(ino);
    }
    readAll(operations, handle, node);
    operations.release(FakeRequest.of(Request.RELEASE, node), handle);
    operations.unlink(FakeRequest.of(Request.RELEASE, node), alias);
  }

  private static void read(FileSystemOperations operations, String name, long node)
      throws IOException {
    try {
      FakeRequest open = FakeRequest.of(FakeRequest.OPEN, node);
      long handle = operations.open(open, path(name), OpenFlags.READ_ONLY).handle();
      readAll(operations, handle, node);
      readAll(operations, handle, node);
      operations.release(FakeRequest.of(Request.RELEASE, node), handle);
    } catch (NoSuchFileException e) {
      assertThat(e.getFile()).isEqualTo(name);
    }
  }

  private static void readAll(FileSystemOperations operations, long handle, long node)
      throws IOException {
    ByteBuffer target = ByteBuffer.allocate(64);
    FakeRequest request = FakeRequest.of(FakeRequest.READ, node);
    int count = operations.read(request, handle, target, 0);
    assertThat(count % RECORD_BYTES).isZero();
    target.flip();
    for (int at = RECORD_BYTES; at < count; at += RECORD_BYTES) {
      assertThat(target.getLong(at)).isEqualTo(target.getLong(0));
    }
  }

  private static void removeIfThere(FileSystemOperations operations, String name)
      throws IOException {
    try {
      operations.unlink(FakeRequest.of(Request.UNLINK, 1), path(name));
    } catch (NoSuchFileException e) {
      assertThat(e.getFile()).isEqualTo(name);
    }
  }
}
