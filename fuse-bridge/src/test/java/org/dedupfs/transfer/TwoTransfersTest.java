package org.dedupfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.dedupfs.host.HostCalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two transfers into one directory at a time, and what a dead one left there. */
final class TwoTransfersTest {
  private static final int SIZE_BYTES = 5 << 20;

  @TempDir Path directory;

  private final Side host = new HostSide(HostCalls.load());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Path tree;
  private Path copy;

  @BeforeEach
  void makeTree() throws IOException {
    tree = Files.createDirectory(directory.resolve("tree"));
    copy = Files.createDirectory(directory.resolve("copy"));
    byte[] bytes = new byte[SIZE_BYTES];
    new Random(1).nextBytes(bytes);
    Files.write(tree.resolve("file"), bytes);
    Files.createLink(tree.resolve("second name"), tree.resolve("file"));
  }

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  /** Remembers losses; waits in the middle of the file if told to. */
  private static final class Listener implements TransferListener {
    final Queue<String> losses = new ConcurrentLinkedQueue<>();
    final CountDownLatch inTheMiddle = new CountDownLatch(1);
    final CountDownLatch goOn;
    private final AtomicInteger pieces = new AtomicInteger();

    Listener(boolean waits) {
      goOn = new CountDownLatch(waits ? 1 : 0);
    }

    @Override
    public void copied(String path) {}

    @Override
    public void leftOut(String path, String why) {
      losses.add(path + " " + why);
    }

    @Override
    public void lost(String path, Loss loss, String why) {
      losses.add(path + " " + loss + " " + why);
    }

    @Override
    public boolean stopRequested() {
      // Before each entry and each piece of a MiB: by now some of them are written.
      if (pieces.incrementAndGet() == 5) {
        inTheMiddle.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          return true;
        }
      }
      return false;
    }
  }

  private void copy(Listener listener) throws IOException {
    TransferTotals totals = new TransferTotals();
    TransferOptions options = TransferOptions.whole(2);
    try (TreeTransfer transfer = new TreeTransfer(host, host, options, listener, totals)) {
      transfer.copy(tree, copy);
    }
  }

  private Future<?> start(Listener listener) throws InterruptedException {
    Future<?> running =
        threads.submit(
            () -> {
              copy(listener);
              return null;
            });
    assertThat(listener.inTheMiddle.await(1, TimeUnit.MINUTES)).isTrue();
    return running;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(copy)) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private void assertWhole() throws IOException {
    assertThat(Files.mismatch(tree.resolve("file"), copy.resolve("file"))).isEqualTo(-1);
    assertThat(Files.mismatch(tree.resolve("file"), copy.resolve("second name"))).isEqualTo(-1);
  }

  @Test
  void the_second_neither_publishes_nor_deletes_what_the_first_is_writing() throws Exception {
    Listener first = new Listener(true);
    Future<?> running = start(first);
    Listener second = new Listener(false);
    copy(second);
    assertThat(second.losses).isEmpty();
    assertWhole();
    first.goOn.countDown();
    running.get(1, TimeUnit.MINUTES);
    assertThat(first.losses).isEmpty();
    assertWhole();
    assertThat(names()).containsExactly("file", "second name");
  }

  @Test
  void the_first_does_not_publish_what_the_second_has_only_begun() throws Exception {
    Listener first = new Listener(true);
    Future<?> running = start(first);
    Listener second = new Listener(true);
    Future<?> alsoRunning = start(second);
    first.goOn.countDown();
    running.get(1, TimeUnit.MINUTES);
    assertThat(first.losses).isEmpty();
    assertWhole();
    second.goOn.countDown();
    alsoRunning.get(1, TimeUnit.MINUTES);
    assertThat(second.losses).isEmpty();
    assertWhole();
    assertThat(names()).containsExactly("file", "second name");
  }

  @Test
  void nothing_is_put_into_a_directory_of_the_store_by_whatever_path() throws Exception {
    Path store = Files.createDirectory(copy.resolve("store"));
    Files.writeString(Files.createDirectory(tree.resolve("store")).resolve("lock"), "evil");
    Listener listener = new Listener(false);
    TransferOptions options = TransferOptions.outOf(places(store), 2);
    try (TreeTransfer transfer =
        new TreeTransfer(host, host, options, listener, new TransferTotals())) {
      transfer.copy(tree, copy);
    }
    assertThat(listener.losses).singleElement().asString().contains("store CONFLICT the store");
    assertThat(store).isEmptyDirectory();
    assertWhole();
  }

  private static StorePlaces places(Path store) throws IOException {
    return new StorePlaces(Set.of(EntryAttributes.read(store).id()), Set.of());
  }

  private List<String> losses(TransferOptions options, Path source, Path target)
      throws IOException {
    Listener listener = new Listener(false);
    try (TreeTransfer transfer =
        new TreeTransfer(host, host, options, listener, new TransferTotals())) {
      transfer.copy(source, target);
    }
    return List.copyOf(listener.losses);
  }

  @Test
  void a_single_entry_is_not_put_into_the_store_either() throws Exception {
    Path database = Files.writeString(copy.resolve("metadata"), "precious");
    TransferOptions options = TransferOptions.outOf(places(copy), 2);
    assertThat(losses(options, tree.resolve("file"), database))
        .singleElement()
        .asString()
        .contains("CONFLICT the store itself stands at " + copy);
    assertThat(database).hasContent("precious");
    assertThat(losses(options, tree, copy.resolve("new"))).hasSize(1);
    assertThat(names()).containsExactly("metadata");
  }

  @Test
  void mounts_of_the_store_are_left_out_and_untouched() throws Exception {
    long device = EntryAttributes.read(copy).id().device();
    StorePlaces mount = new StorePlaces(Set.of(), Set.of(device));
    assertThat(losses(TransferOptions.into(mount, 2, false), tree, copy))
        .containsExactly(tree + " it is the store itself");
    assertThat(losses(TransferOptions.outOf(mount, 2), tree, copy.resolve("x"))).hasSize(1);
    assertThat(copy).isEmptyDirectory();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Path part(String name, OwnerProcess owner) throws IOException {
    byte[] part = PartNames.of(bytes(name), PartNames.owner(owner, 7));
    assertThat(PartNames.isPart(part)).isTrue();
    return Files.createFile(copy.resolve(new String(part, StandardCharsets.US_ASCII)));
  }

  private static OwnerProcess ended() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    return new OwnerProcess(ended.pid(), 1, OwnerProcess.current().boot());
  }

  @Test
  void only_what_no_process_owns_any_more_is_deleted() throws Exception {
    OwnerProcess self = OwnerProcess.current();
    Path ofThis = part("a", self);
    Path ofDead = part("a", ended());
    Path ofEarlierProcessOfThisNumber =
        part("a", new OwnerProcess(self.pid(), self.startTicks() - 1, self.boot()));
    Path ofUnknown = copy.resolve(".dedupfs-0123456789abcdef0123456789abcdef.part");
    Files.createFile(ofUnknown);
    PartNames.deleteLeftovers(host, copy, bytes("b"));
    assertThat(names()).hasSize(4);
    PartNames.deleteLeftovers(host, copy, bytes("a"));
    assertThat(ofThis).exists();
    assertThat(ofDead).doesNotExist();
    assertThat(ofEarlierProcessOfThisNumber).doesNotExist();
    assertThat(ofUnknown).exists();
    PartNames.deleteLeftovers(host, copy);
    assertThat(names()).containsExactly(ofThis.getFileName().toString());
  }

  @Test
  void a_single_file_is_rid_of_what_a_dead_transfer_left_of_it() throws Exception {
    part("x", ended());
    Path ofAnother = part("y", ended());
    Listener listener = new Listener(false);
    TransferOptions options = TransferOptions.whole(2);
    try (TreeTransfer transfer =
        new TreeTransfer(host, host, options, listener, new TransferTotals())) {
      transfer.copy(tree.resolve("file"), copy.resolve("x"));
    }
    assertThat(listener.losses).isEmpty();
    assertThat(names()).containsExactly(ofAnother.getFileName().toString(), "x");
  }
}
