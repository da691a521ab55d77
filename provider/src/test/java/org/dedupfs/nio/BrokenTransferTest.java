package org.dedupfs.nio;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Transfers that fail after some bytes: none may be lost without a word. */
class BrokenTransferTest extends InStore {

  /** More than any piece. */
  private static final int MANY_BYTES = 1 << 20;

  /** Endless, and open; does something before the second read. */
  private record Endless(int[] reads, Step beforeSecond) implements ReadableByteChannel {
    interface Step {
      void run() throws IOException;
    }

    Endless(Step beforeSecond) {
      this(new int[1], beforeSecond);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      if (++reads[0] == 2) {
        beforeSecond.run();
      }
      int count = target.remaining();
      target.put(new byte[count]);
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  @Test
  void bytes_taken_from_the_source_that_cannot_be_written_are_a_failure() throws Exception {
    FileChannel target = FileChannel.open(directory.resolve("to"), CREATE, WRITE);
    Endless source = new Endless(target::close);
    assertThatThrownBy(() -> target.transferFrom(source, 0, MANY_BYTES))
        .isInstanceOf(ClosedChannelException.class);
    assertThat(Files.size(directory.resolve("to"))).isPositive().isLessThan(MANY_BYTES);
  }

  @Test
  void a_source_that_fails_after_some_bytes_gave_those() throws Exception {
    try (FileChannel target = FileChannel.open(directory.resolve("to"), CREATE, WRITE)) {
      Endless source =
          new Endless(
              () -> {
                throw new IOException("by request");
              });
      long count = target.transferFrom(source, 0, MANY_BYTES);
      assertThat(count).isPositive().isEqualTo(target.size());
      Endless broken = new Endless(new int[] {1}, source.beforeSecond());
      assertThatThrownBy(() -> target.transferFrom(broken, 0, MANY_BYTES)).hasMessage("by request");
    }
  }

  /** Fails from its second write on. */
  private static final class FailsLater implements WritableByteChannel {
    private int writes;

    @Override
    public int write(ByteBuffer source) throws IOException {
      if (writes++ > 0) {
        throw new IOException("by request");
      }
      int count = source.remaining();
      source.position(source.limit());
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  @Test
  void a_target_that_fails_after_some_bytes_is_told_by_the_next_transfer() throws Exception {
    Path file = directory.resolve("from");
    Files.write(file, new byte[MANY_BYTES]);
    try (FileChannel source = FileChannel.open(file, READ)) {
      FailsLater target = new FailsLater();
      long taken = source.transferTo(0, MANY_BYTES, target);
      assertThat(taken).isPositive().isLessThan(MANY_BYTES);
      assertThatThrownBy(() -> source.transferTo(taken, MANY_BYTES, target))
          .hasMessage("by request");
    }
  }
}
