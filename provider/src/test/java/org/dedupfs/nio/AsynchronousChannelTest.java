package org.dedupfs.nio;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AsynchronousChannelTest extends SideBySide {

  private interface ChannelCase {
    Object run(AsynchronousFileChannel channel) throws Exception;
  }

  @BeforeEach
  void makeFiles() throws Exception {
    both(d -> Files.writeString(d.resolve("file"), "0123456789"));
    both(d -> Files.createDirectory(d.resolve("directory")));
  }

  private void with(Set<OpenOption> options, ChannelCase testCase) {
    same(
        d -> {
          try (var channel = AsynchronousFileChannel.open(d.resolve("file"), options, null)) {
            return testCase.run(channel);
          } catch (ClosedChannelException e) {
            return "closed"; // Some of the JDK's methods say that it was closed meanwhile.
          } catch (ExecutionException e) {
            throw (Exception) e.getCause();
          }
        });
  }

  /** Hands what a handler is told to a future. */
  private static final class Told<T> implements CompletionHandler<T, String> {
    private final CompletableFuture<String> result = new CompletableFuture<>();

    @Override
    public void completed(T value, String attachment) {
      result.complete(attachment + (value instanceof FileLock lock ? lock.isValid() : value));
    }

    @Override
    public void failed(Throwable failure, String attachment) {
      result.complete(attachment + failure.getClass().getName());
    }

    String get() throws Exception {
      return result.get(1, TimeUnit.MINUTES);
    }
  }

  @Test
  void bytes_are_read_and_written_at_offsets() {
    with(
        Set.of(READ, WRITE),
        c -> {
          ByteBuffer read = ByteBuffer.allocate(20);
          int written = c.write(ByteBuffer.wrap(new byte[] {'a', 'b'}), 9).get();
          int count = c.read(read, 5).get();
          int end = c.read(ByteBuffer.allocate(1), 11).get();
          int nothing = c.read(ByteBuffer.allocate(0), 3).get();
          return List.of(written, count, end, nothing, c.size(), Arrays.toString(read.array()));
        });
  }

  @Test
  void handlers_are_told_with_their_attachment() {
    with(
        Set.of(READ, WRITE),
        c -> {
          Told<Integer> write = new Told<>();
          c.write(ByteBuffer.wrap(new byte[3]), 20, "write ", write);
          Told<Integer> end = new Told<>();
          String written = write.get();
          c.read(ByteBuffer.allocate(3), 1000, null, end);
          Told<FileLock> lock = new Told<>();
          c.lock(0, 5, true, "lock ", lock);
          return List.of(written, end.get(), lock.get(), c.size());
        });
  }

  @Test
  void a_closed_channel_tells_so() {
    with(
        Set.of(READ, WRITE),
        c -> {
          c.close();
          c.close();
          Told<Integer> read = new Told<>();
          c.read(ByteBuffer.allocate(3), 0, "read ", read);
          Told<Integer> write = new Told<>();
          c.write(ByteBuffer.allocate(3), 0, "write ", write);
          Told<FileLock> lock = new Told<>();
          c.lock("lock ", lock);
          return List.of(read.get(), write.get(), lock.get(), c.isOpen());
        });
    with(Set.of(READ), c -> closed(c).read(ByteBuffer.allocate(1), 0).get());
    with(Set.of(READ), c -> closed(c).size());
    with(Set.of(READ), c -> closed(c).tryLock(0, 1, true));
    with(Set.of(WRITE), c -> closed(c).truncate(0));
  }

  private static AsynchronousFileChannel closed(AsynchronousFileChannel channel)
      throws java.io.IOException {
    channel.close();
    return channel;
  }

  @Test
  void the_file_is_cut_and_forced() {
    with(Set.of(WRITE), c -> c.truncate(4).truncate(8).size());
    with(
        Set.of(WRITE),
        c -> {
          c.force(true);
          return c.size();
        });
  }

  @Test
  void wrong_use_is_told_at_once() {
    with(Set.of(READ), c -> c.write(ByteBuffer.allocate(1), 0).get());
    with(Set.of(WRITE), c -> c.read(ByteBuffer.allocate(1), 0).get());
    with(Set.of(READ), c -> c.read(ByteBuffer.allocate(1), -1).get());
    with(Set.of(READ), c -> c.read(ByteBuffer.allocate(1).asReadOnlyBuffer(), 0).get());
    with(Set.of(READ), c -> c.truncate(0));
    with(Set.of(WRITE), c -> c.truncate(-1));
    with(Set.of(READ), c -> c.tryLock());
    with(Set.of(WRITE), c -> c.tryLock(0, 1, true));
    with(Set.of(WRITE, APPEND), c -> c.size());
    with(Set.of(READ, WRITE, TRUNCATE_EXISTING), c -> c.size());
    with(Set.of(), c -> c.read(ByteBuffer.allocate(4), 0).get());
    same(d -> AsynchronousFileChannel.open(d.resolve("missing"), READ).isOpen());
    same(d -> AsynchronousFileChannel.open(d.resolve("directory"), WRITE).isOpen());
  }

  @Test
  void locks_exclude_each_other_in_one_process() {
    with(
        Set.of(READ, WRITE),
        c -> {
          FileLock first = c.lock(0, 10, false).get();
          boolean valid = first.isValid();
          first.release();
          FileLock second = c.tryLock(5, 10, true);
          return List.of(valid, first.isValid(), second.acquiredBy() == c, second.isShared());
        });
    with(
        Set.of(READ, WRITE),
        c -> {
          c.tryLock(0, 10, false);
          return c.lock(5, 1, false).get();
        });
  }

  @Test
  void operations_run_on_the_threads_given() throws Exception {
    ExecutorService threads =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "given thread"));
    try {
      same(
          d -> {
            try (var channel =
                AsynchronousFileChannel.open(d.resolve("new"), Set.of(CREATE, WRITE), threads)) {
              CompletableFuture<String> name = new CompletableFuture<>();
              channel.write(
                  ByteBuffer.allocate(1),
                  0,
                  null,
                  new CompletionHandler<Integer, Void>() {
                    @Override
                    public void completed(Integer count, Void none) {
                      name.complete(Thread.currentThread().getName());
                    }

                    @Override
                    public void failed(Throwable failure, Void none) {
                      name.completeExceptionally(failure);
                    }
                  });
              return name.get(1, TimeUnit.MINUTES);
            }
          });
    } finally {
      threads.shutdown();
    }
  }
}
