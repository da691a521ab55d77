package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.dedupfs.blocks.LiveSet;
import org.dedupfs.blocks.PagedLiveSet;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.testing.Interposed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Memory that is lacking once, below any call to the two stores and in a mark: what comes next
 * neither hangs nor is refused, but for writes after a flush or a commit, of which nobody knows how
 * far they came. Nothing that was acknowledged is lost.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LackOfMemoryTest {
  private static final String LACK = "lacking by request";

  /** A life of a store, of which any call may fail. */
  private static final class Life implements AutoCloseable {
    private final ContentFixture fixture;
    private final Map<InodeNumber, byte[]> acknowledged = new HashMap<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicReference<String> failed = new AtomicReference<>();
    private final int failing;
    private long seed = 1;

    Life(int failing) throws IOException {
      this.failing = failing;
      this.fixture = new ContentFixture(ChunkingScheme.parse("fixed:4k"), 1 << 20);
      fixture.onBlocks(this::call);
      fixture.onMetadata(this::call);
    }

    private void call(String method, Object[] arguments) {
      boolean takesNoMemory = method.equals("endMark");
      if (!takesNoMemory && calls.getAndIncrement() == failing) {
        failed.set(method);
        throw new OutOfMemoryError(LACK);
      }
    }

    /** From now on nothing fails. */
    String heal() {
      Interposed.Hook nothing = (method, arguments) -> {};
      fixture.onBlocks(nothing);
      fixture.onMetadata(nothing);
      return failed.get();
    }

    private byte[] random(int length) {
      byte[] bytes = new byte[length];
      new SplittableRandom(seed++).nextBytes(bytes);
      return bytes;
    }

    /** Something of the workload. */
    private interface Step {
      void run() throws IOException;
    }

    private static boolean succeeds(Step step) {
      try {
        step.run();
        return true;
      } catch (IOException e) {
        return false;
      } catch (OutOfMemoryError e) {
        assertThat(e).hasMessage(LACK);
        return false;
      }
    }

    private InodeNumber writeAndSync(int length) throws IOException {
      InodeNumber inode = fixture.createFile();
      byte[] bytes = random(length);
      FileContent file = fixture.content().acquire(inode);
      try {
        file.write(0, ByteBuffer.wrap(bytes));
        fixture.content().sync(file);
        acknowledged.put(inode, bytes);
        return inode;
      } finally {
        fixture.content().release(file);
      }
    }

    private void cloneAndSync(InodeNumber source) throws IOException {
      InodeNumber inode = fixture.cloneFile(source);
      fixture.content().syncAll();
      acknowledged.put(inode, acknowledged.get(source));
    }

    private void deleteAndSync(InodeNumber inode) throws IOException {
      acknowledged.remove(inode);
      fixture.deleteFile(inode);
      fixture.content().syncAll();
    }

    private void cloneRangeAndSync(InodeNumber from, InodeNumber to) throws IOException {
      byte[] bytes = acknowledged.remove(to);
      FileContent source = fixture.content().acquire(from);
      FileContent target = fixture.content().acquire(to);
      try {
        target.cloneRange(source, 0, 4096, 8192);
        fixture.content().sync(target);
      } finally {
        try {
          fixture.content().release(target);
        } finally {
          fixture.content().release(source);
        }
      }
      byte[] whole = Arrays.copyOf(bytes, Math.max(bytes.length, 4096 + 8192));
      System.arraycopy(acknowledged.get(from), 0, whole, 4096, 8192);
      acknowledged.put(to, whole);
    }

    void run() {
      List<InodeNumber> files = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        succeeds(() -> files.add(writeAndSync(30_000)));
      }
      if (files.size() == 4) {
        succeeds(() -> cloneAndSync(files.get(0)));
        succeeds(() -> cloneRangeAndSync(files.get(0), files.get(1)));
        succeeds(() -> deleteAndSync(files.get(2)));
      }
      succeeds(fixture::sweep);
      if (!files.isEmpty()) {
        succeeds(() -> fixture.readAll(files.get(0)));
      }
    }

    /** What a caller does next. */
    void assertGoesOn(String method) throws IOException {
      boolean writable = !fixture.content().isReadOnly();
      if (writable) {
        writeAndSync(50_000);
        fixture.sweep();
        fixture.sweep();
      } else {
        // what a commit does; nobody knows then what of it is on the disk
        assertThat(method)
            .isNotIn("hash", "find", "encode", "put", "read", "beginMark", "sweep", "lastAssigned");
        assertThatThrownBy(() -> writeAndSync(50_000))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("read-only");
      }
      assertAcknowledged();
    }

    void assertAcknowledged() throws IOException {
      for (Map.Entry<InodeNumber, byte[]> each : acknowledged.entrySet()) {
        assertThat(fixture.readAll(each.getKey())).isEqualTo(each.getValue());
      }
    }

    @Override
    public void close() throws IOException {
      fixture.close();
    }
  }

  @Test
  void a_lack_below_any_call_hinders_nothing_that_comes_next() throws IOException {
    int failing = 0;
    String method;
    do {
      Life life = new Life(failing);
      life.run();
      method = life.heal();
      life.assertGoesOn(method);
      life.fixture.crash();
      life.assertAcknowledged();
      life.close();
      failing++;
    } while (method != null);
    assertThat(failing).isGreaterThan(100);
  }

  /** The first marks come from the deltas of files, when a mark begins. */
  @Test
  void a_lack_while_a_mark_begins_leaves_none_running() throws IOException {
    try (Life life = new Life(Integer.MAX_VALUE)) {
      InodeNumber inode = life.fixture.createFile();
      FileContent file = life.fixture.content().acquire(inode);
      file.write(0, ByteBuffer.wrap(life.random(10_000)));
      file.drain(true);
      LiveSet full = failing(new PagedLiveSet());
      assertThatThrownBy(() -> life.fixture.content().beginMark(full))
          .isInstanceOf(OutOfMemoryError.class)
          .hasMessage(LACK);
      life.fixture.sweep();
      assertThat(life.fixture.blocks().stored()).hasSize(3);
      life.fixture.content().sync(file);
      life.fixture.content().release(file);
      life.writeAndSync(20_000);
      life.fixture.sweep();
      life.assertAcknowledged();
    }
  }

  private static LiveSet failing(LiveSet set) {
    return Interposed.around(
        LiveSet.class,
        set,
        (method, arguments) -> {
          if (method.equals("add")) {
            throw new OutOfMemoryError(LACK);
          }
        });
  }
}
