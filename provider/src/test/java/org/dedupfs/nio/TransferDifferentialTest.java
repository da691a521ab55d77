package org.dedupfs.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bytes that go from channel to channel. */
class TransferDifferentialTest extends SideBySide {

  @BeforeEach
  void makeFile() throws Exception {
    both(d -> Files.writeString(d.resolve("file"), "0123456789"));
  }

  @Test
  void transfers_move_what_there_is() {
    for (long[] range : new long[][] {{0, 4}, {3, 100}, {9, 1}, {10, 5}, {50, 5}, {0, 0}}) {
      same(
          d -> {
            Path to = d.resolve("to" + range[0]);
            try (FileChannel source = FileChannel.open(d.resolve("file"), READ);
                FileChannel target = FileChannel.open(to, CREATE, READ, WRITE)) {
              target.write(ByteBuffer.wrap("....".getBytes(UTF_8)));
              return List.of(
                  source.transferTo(range[0], range[1], target),
                  target.position(),
                  target.transferFrom(source.position(2), range[0], range[1]),
                  source.position(),
                  target.position(),
                  target.size());
            }
          });
    }
  }

  @Test
  void a_transfer_to_beyond_the_end_looks_at_nothing_else_first() throws Exception {
    same(
        d -> {
          try (FileChannel target = FileChannel.open(d.resolve("to"), CREATE, WRITE);
              FileChannel source = FileChannel.open(d.resolve("from"), CREATE, WRITE)) {
            return target.transferFrom(source, 10, 1);
          }
        });
  }

  @Test
  void a_transfer_within_a_file_ends_where_the_file_ended() throws Exception {
    same(
        d -> {
          Files.writeString(d.resolve("f"), "0123456789");
          try (FileChannel from = FileChannel.open(d.resolve("f"), READ);
              FileChannel to = FileChannel.open(d.resolve("f"), WRITE)) {
            return to.transferFrom(from, 10, 100) + from.transferTo(4, 100, to.position(50));
          }
        });
  }

  @Test
  void a_directory_has_bytes_to_fail_on_until_it_is_removed() throws Exception {
    both(d -> Files.createDirectory(d.resolve("directory")));
    sameBeforeJava20(
        d -> {
          try (FileChannel target = FileChannel.open(d.resolve("to"), CREATE, WRITE);
              FileChannel source = FileChannel.open(d.resolve("directory"), READ)) {
            Files.delete(d.resolve("directory"));
            return target.transferFrom(source, 0, 10);
          }
        });
    sameBeforeJava20(
        d -> {
          try (FileChannel target = FileChannel.open(d.resolve("to"), WRITE);
              FileChannel source = FileChannel.open(d, READ)) {
            return target.transferFrom(source, 0, 0);
          }
        });
  }

  /**
   * Newer providers fail although there is nothing to be transferred; a store goes on as before.
   */
  private void sameBeforeJava20(Case transfer) throws Exception {
    if (Runtime.version().feature() < 20) {
      same(transfer);
    } else {
      assertThat(transfer.run(ours)).isEqualTo(0L);
      assertThatThrownBy(() -> transfer.run(theirs)).isInstanceOf(IOException.class);
    }
  }
}
