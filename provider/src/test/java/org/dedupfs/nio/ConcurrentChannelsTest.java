package org.dedupfs.nio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.Test;

class ConcurrentChannelsTest extends InStore {
  private static final int CLOSINGS = 10;
  private static final int THREADS = 4;

  private static <T> List<T> together(Callable<T> task) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      CyclicBarrier start = new CyclicBarrier(THREADS);
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        futures.add(
            threads.submit(
                () -> {
                  start.await();
                  return task.call();
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void appends_never_tear_or_overwrite_each_other() throws Exception {
    Path file = Files.createFile(directory.resolve("log"));
    int lines = 200;
    together(
        () -> {
          String name = Thread.currentThread().getName();
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
            for (int i = 0; i < lines; i++) {
              ByteBuffer[] line = {
                ByteBuffer.wrap(name.getBytes(US_ASCII)),
                ByteBuffer.wrap((" line " + i).getBytes(US_ASCII)),
                ByteBuffer.wrap("\n".getBytes(US_ASCII))
              };
              channel.write(line);
            }
          }
          return name;
        });
    List<String> read = Files.readAllLines(file);
    assertThat(read).hasSize(THREADS * lines).doesNotHaveDuplicates();
    assertThat(read).allMatch(line -> line.matches("pool-\\d+-thread-\\d+ line \\d+"));
  }

  @Test
  void create_new_succeeds_once() throws Exception {
    for (int round = 0; round < 50; round++) {
      Path file = directory.resolve("new" + round);
      List<Boolean> created =
          together(
              () -> {
                try {
                  Files.createFile(file);
                  return true;
                } catch (FileAlreadyExistsException e) {
                  return false;
                }
              });
      assertThat(created).containsOnlyOnce(true);
    }
  }

  @Test
  void create_always_finds_or_makes_the_file() throws Exception {
    for (int round = 0; round < 50; round++) {
      Path file = directory.resolve("any" + round);
      together(
          () ->
              Files.write(
                  file, new byte[] {1}, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
      assertThat(Files.size(file)).isEqualTo(THREADS);
    }
  }

  @Test
  void an_interrupted_thread_loses_its_channel_and_no_other() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "content");
    try (FileChannel mine = FileChannel.open(file);
        FileChannel other = FileChannel.open(file)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> mine.read(ByteBuffer.allocate(3)))
          .isInstanceOf(ClosedByInterruptException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(mine.isOpen()).isFalse();
      assertThat(other.read(ByteBuffer.allocate(3))).isEqualTo(3);
    }
  }

  @Test
  void an_interrupted_thread_still_does_what_needs_no_channel() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "content");
    Thread.currentThread().interrupt();
    Files.createDirectory(directory.resolve("sub"));
    Files.createFile(directory.resolve("sub/new"));
    Files.copy(file, directory.resolve("copy"));
    Files.move(directory.resolve("copy"), directory.resolve("sub/moved"));
    Files.setAttribute(file, "user:x", new byte[1]);
    assertThat(Files.size(directory.resolve("sub/moved"))).isEqualTo(7);
    assertThat(SideBySide.names(directory.resolve("sub"))).containsExactly("moved", "new");
    fs.sync();
    Files.delete(directory.resolve("sub/new"));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void an_interrupted_locker_is_told_so() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "content");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(channel::lock).isInstanceOf(FileLockInterruptionException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      assertThat(channel.lock().isValid()).isTrue();
    }
  }

  @Test
  void interrupts_and_closes_in_the_middle_leave_whole_writes() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    byte[] piece = "0123456789abcdef".repeat(4096).getBytes(US_ASCII);
    for (int round = 0; round < 30; round++) {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND);
      Thread writer =
          new Thread(
              () -> {
                assertThatThrownBy(
                        () -> {
                          while (true) {
                            channel.write(ByteBuffer.wrap(piece));
                          }
                        })
                    .isInstanceOfAny(
                        ClosedByInterruptException.class,
                        AsynchronousCloseException.class,
                        ClosedChannelException.class);
              });
      long before = Files.size(file);
      writer.start();
      while (Files.size(file) == before) {
        Thread.onSpinWait();
      }
      if (round % 2 == 0) {
        writer.interrupt();
      } else {
        channel.close();
      }
      writer.join();
      assertThat(channel.isOpen()).isFalse();
    }
    assertThat(Files.size(file) % piece.length).isZero();
  }

  @Test
  void closing_the_store_waits_for_work_under_way_and_ends_the_rest() throws Exception {
    for (int round = 0; round < CLOSINGS; round++) {
      DedupFileSystem store = DedupFileSystems.create(host.resolve("closing" + round));
      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      List<Future<Object>> workers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Path file = store.getPath("/file" + i);
        workers.add(
            threads.submit(
                () -> {
                  while (true) {
                    Files.write(file, new byte[100_000]);
                    Files.readAllBytes(file);
                    Files.delete(file);
                  }
                }));
      }
      while (!Files.exists(store.getPath("/file0"))) {
        Thread.onSpinWait();
      }
      store.close();
      for (Future<Object> worker : workers) {
        assertThatThrownBy(worker::get)
            .isInstanceOf(ExecutionException.class)
            .cause()
            .isInstanceOfAny(
                java.nio.file.ClosedFileSystemException.class, ClosedChannelException.class);
      }
      threads.shutdown();
    }
  }
}
