package org.dedupfs.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Channels on directories. */
class DirectoryChannelDifferentialTest extends SideBySide {

  @BeforeEach
  void makeDirectory() throws Exception {
    both(d -> Files.createDirectory(d.resolve("directory")));
  }

  @Test
  void a_directory_can_be_opened_and_forced_and_has_no_bytes() {
    same(
        d -> {
          try (FileChannel channel = FileChannel.open(d.resolve("directory"), READ)) {
            channel.force(true);
            return channel.isOpen();
          }
        });
    assertThat(
            same(
                d ->
                    isFailing(
                        () ->
                            Files.newByteChannel(d.resolve("directory"))
                                .read(ByteBuffer.allocate(1)))))
        .isEqualTo("true");
    same(
        d ->
            FileChannel.open(d.resolve("directory"), READ)
                .write(ByteBuffer.wrap("x".getBytes(UTF_8))));
  }

  @Test
  void a_directory_can_be_locked_shared() throws Exception {
    for (boolean shared : new boolean[] {true, false}) {
      same(
          d -> {
            try (FileChannel channel = FileChannel.open(d)) {
              return channel.tryLock(0, 1, shared).isShared();
            }
          });
    }
  }

  @Test
  void a_directory_that_is_open_can_be_removed() throws Exception {
    same(
        d -> {
          Path removed = Files.createDirectory(d.resolve("removed"));
          try (FileChannel channel = FileChannel.open(removed)) {
            Files.delete(removed);
            return channel.size();
          }
        });
  }

  @Test
  void nothing_is_transferred_from_a_removed_directory() throws Exception {
    for (boolean removed : new boolean[] {true, false}) {
      Case transfer =
          d -> {
            Path directory = Files.createDirectory(d.resolve("transferred" + removed));
            try (FileChannel from = FileChannel.open(directory);
                FileChannel to = FileChannel.open(d.resolve("target"), CREATE, WRITE)) {
              if (removed) {
                Files.delete(directory);
              }
              return isFailing(() -> from.transferTo(0, 10, to)) ? "fails" : to.size();
            }
          };
      if (!removed || Runtime.version().feature() < 20) { // a newer JDK fails there, too
        same(transfer);
      } else {
        assertThat(transfer.run(ours)).isEqualTo(0L);
        assertThat(transfer.run(theirs)).isEqualTo("fails");
      }
    }
  }

  private static boolean isFailing(java.util.concurrent.Callable<?> call) throws Exception {
    try {
      call.call();
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
