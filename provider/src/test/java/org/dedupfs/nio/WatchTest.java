package org.dedupfs.nio;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events are there when the operation that causes them returns: nothing here waits for them. */
class WatchTest extends InStore {
  private WatchService watcher;
  private WatchKey key;

  @BeforeEach
  void watch() throws Exception {
    watcher = fs.newWatchService();
    key = directory.register(watcher, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY);
  }

  @AfterEach
  void closeWatcher() throws Exception {
    watcher.close();
  }

  /** What has happened since the last call, as {@code CREATE a}. */
  private List<String> events() {
    List<String> events = new ArrayList<>();
    WatchKey signalled = watcher.poll();
    if (signalled != null) {
      assertThat(signalled).isSameAs(key);
      for (WatchEvent<?> event : signalled.pollEvents()) {
        events.add(event.kind().name().replace("ENTRY_", "") + " " + event.context());
      }
      signalled.reset();
    }
    return events;
  }

  @Test
  void names_that_come_and_go_are_told() throws Exception {
    Files.createFile(directory.resolve("file"));
    Files.createDirectory(directory.resolve("dir"));
    Files.createSymbolicLink(directory.resolve("link"), fs.getPath("file"));
    Files.createLink(directory.resolve("more"), directory.resolve("file"));
    assertThat(events()).containsExactly("CREATE file", "CREATE dir", "CREATE link", "CREATE more");
    Files.createFile(directory.resolve("dir/inner"));
    assertThat(events()).isEmpty();
    Files.delete(directory.resolve("file"));
    Files.delete(directory.resolve("dir/inner"));
    Files.delete(directory.resolve("dir"));
    assertThat(events()).containsExactly("DELETE file", "DELETE dir");
  }

  @Test
  void a_rename_is_a_deletion_and_a_creation() throws Exception {
    Files.createFile(directory.resolve("a"));
    Files.createFile(directory.resolve("b"));
    Path out = Files.createDirectory(fs.getPath("/out"));
    events();
    Files.move(directory.resolve("a"), directory.resolve("b"), StandardCopyOption.REPLACE_EXISTING);
    assertThat(events()).containsExactly("DELETE a", "CREATE b");
    Files.move(directory.resolve("b"), out.resolve("b"));
    assertThat(events()).containsExactly("DELETE b");
    Files.move(out.resolve("b"), directory.resolve("c"));
    assertThat(events()).containsExactly("CREATE c");
    Files.delete(out);
  }

  @Test
  void a_copy_is_a_creation() throws Exception {
    Files.writeString(directory.resolve("a"), "text");
    events();
    Files.copy(directory.resolve("a"), directory.resolve("b"));
    assertThat(events()).containsExactly("CREATE b");
    Files.copy(directory.resolve("a"), directory.resolve("b"), StandardCopyOption.REPLACE_EXISTING);
    assertThat(events()).containsExactly("DELETE b", "CREATE b");
  }

  @Test
  void changes_of_bytes_and_attributes_are_told_by_name() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    events();
    Files.writeString(file, "text");
    assertThat(events()).containsExactly("MODIFY file");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    assertThat(events()).containsExactly("MODIFY file");
    Files.setAttribute(file, "user:name", new byte[1]);
    assertThat(events()).containsExactly("MODIFY file");
    Files.readString(file);
    assertThat(events()).isEmpty();
  }

  @Test
  void a_file_that_was_open_before_it_was_watched_is_found() throws Exception {
    Path place = Files.createDirectory(directory.resolve("place"));
    for (int i = 0; i < 2000; i++) {
      Files.createFile(place.resolve("f" + i));
    }
    try (FileChannel channel = FileChannel.open(place.resolve("f1777"), StandardOpenOption.WRITE)) {
      key.cancel();
      key = place.register(watcher, ENTRY_MODIFY);
      watcher.poll();
      channel.write(ByteBuffer.allocate(3));
      assertThat(events()).containsExactly("MODIFY f1777");
      Files.move(place.resolve("f1777"), place.resolve("moved"));
      channel.truncate(0);
      assertThat(events()).containsExactly("MODIFY moved");
      Files.delete(place.resolve("moved"));
      channel.write(ByteBuffer.allocate(3));
      assertThat(events()).isEmpty();
    }
  }

  @Test
  void events_of_the_same_kind_are_counted() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    events();
    for (int i = 0; i < 3; i++) {
      Files.setLastModifiedTime(file, FileTime.fromMillis(i));
    }
    assertThat(watcher.poll()).isSameAs(key);
    List<WatchEvent<?>> events = key.pollEvents();
    assertThat(events).hasSize(1);
    assertThat(events.get(0).count()).isEqualTo(3);
  }

  @Test
  void who_lags_is_told_of_an_overflow() throws Exception {
    for (int i = 0; i <= StoreWatchKey.MOST_EVENTS; i++) {
      Files.createFile(directory.resolve("f" + i));
    }
    Files.delete(directory.resolve("f0"));
    assertThat(watcher.poll()).isSameAs(key);
    List<WatchEvent<?>> events = key.pollEvents();
    assertThat(events).hasSize(1);
    assertThat(events.get(0).kind()).isEqualTo(OVERFLOW);
    assertThat(events.get(0).context()).isNull();
    key.reset();
    Files.delete(directory.resolve("f1"));
    assertThat(events()).containsExactly("DELETE f1");
  }

  @Test
  void a_key_is_signalled_again_only_after_reset() throws Exception {
    Files.createFile(directory.resolve("a"));
    assertThat(watcher.poll()).isSameAs(key);
    Files.createFile(directory.resolve("b"));
    assertThat(watcher.poll()).isNull();
    assertThat(key.reset()).isTrue();
    assertThat(watcher.poll()).isSameAs(key);
    assertThat(key.pollEvents()).hasSize(2);
    assertThat(key.reset()).isTrue();
    assertThat(watcher.poll()).isNull();
  }

  @Test
  void a_cancelled_key_hears_nothing_more_but_keeps_what_it_heard() throws Exception {
    Files.createFile(directory.resolve("a"));
    key.cancel();
    key.cancel();
    Files.createFile(directory.resolve("b"));
    assertThat(key.isValid()).isFalse();
    assertThat(key.pollEvents()).hasSize(1);
    assertThat(key.reset()).isFalse();
  }

  @Test
  void the_same_directory_has_one_key() throws Exception {
    Path other = fs.getPath("/", "x", "..").resolve(directory);
    Files.createSymbolicLink(fs.getPath("/to" + directory.getFileName()), directory);
    WatchKey again = fs.getPath("/to" + directory.getFileName()).register(watcher, ENTRY_DELETE);
    assertThat(again).isSameAs(key);
    assertThat(other.register(watcher, ENTRY_DELETE)).isSameAs(key);
    Files.createFile(directory.resolve("a"));
    Files.delete(directory.resolve("a"));
    assertThat(events()).containsExactly("DELETE a");
  }

  @Test
  void the_key_of_a_deleted_directory_is_signalled_and_ends() throws Exception {
    Files.delete(directory);
    assertThat(watcher.poll()).isSameAs(key);
    assertThat(key.isValid()).isFalse();
    assertThat(key.reset()).isFalse();
    Files.createDirectory(directory);
    Files.createFile(directory.resolve("a"));
    assertThat(events()).isEmpty();
  }

  @Test
  void a_watch_follows_a_renamed_directory() throws Exception {
    Path renamed = directory.resolveSibling("renamed");
    Files.move(directory, renamed);
    Files.createFile(renamed.resolve("a"));
    assertThat(events()).containsExactly("CREATE a");
    assertThat(key.watchable()).isEqualTo(directory);
  }

  @Test
  void closing_wakes_all_who_wait() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      CountDownLatch running = new CountDownLatch(2);
      Future<?> taker =
          threads.submit(
              () -> {
                running.countDown();
                return watcher.take();
              });
      Future<?> poller =
          threads.submit(
              () -> {
                running.countDown();
                return watcher.poll(1, TimeUnit.DAYS);
              });
      running.await();
      watcher.close();
      for (Future<?> each : List.of(taker, poller)) {
        assertThatThrownBy(() -> each.get(1, TimeUnit.MINUTES))
            .hasCauseInstanceOf(ClosedWatchServiceException.class);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThatThrownBy(watcher::poll).isInstanceOf(ClosedWatchServiceException.class);
    assertThatThrownBy(() -> directory.register(watcher, ENTRY_CREATE))
        .isInstanceOf(ClosedWatchServiceException.class);
    assertThat(key.isValid()).isFalse();
    watcher.close();
  }

  @Test
  void a_taker_gets_what_another_thread_does() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<WatchKey> taken = threads.submit(watcher::take);
      Files.createFile(directory.resolve("a"));
      assertThat(taken.get(1, TimeUnit.MINUTES)).isSameAs(key);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void what_cannot_be_watched_is_refused() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> file.register(watcher, ENTRY_CREATE))
        .isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> directory.resolve("missing").register(watcher, ENTRY_CREATE))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> directory.register(watcher))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> directory.register(watcher, (WatchEvent.Kind<?>) null))
        .isInstanceOf(NullPointerException.class);
    try (WatchService hosts = FileSystems.getDefault().newWatchService()) {
      assertThatThrownBy(() -> directory.register(hosts, ENTRY_CREATE))
          .isInstanceOf(java.nio.file.ProviderMismatchException.class);
    }
  }
}
