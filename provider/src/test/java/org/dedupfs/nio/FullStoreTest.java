package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystemException.Reason;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.testing.SmallDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store that its users have filled up, on a disk of its own: whoever writes is told, all else
 * goes on, and what is deleted can be used again. Needs the right to mount. See also {@code
 * FullDiskTest}: somebody else takes the space.
 */
@Timeout(180)
class FullStoreTest {
  private static final int PIECE_BYTES = 1 << 20;
  private static final long SMALL_MEMORY_BYTES = 64L << 20;

  @TempDir Path temporary;
  @AutoClose private SmallDisk disk;
  private DedupFileSystem files;

  @BeforeEach
  void mountAndOpen() throws IOException {
    disk = SmallDisk.mount(temporary, "size=96m");
    files = open();
  }

  @AfterEach
  void close() throws IOException {
    if (files != null) {
      files.close();
    }
  }

  private DedupFileSystem open() throws IOException {
    return DedupFileSystems.open(
        disk.path().resolve("store"),
        DedupOptions.builder().create(true).memoryBytes(SMALL_MEMORY_BYTES).build());
  }

  private static byte[] random(long seed) {
    byte[] bytes = new byte[PIECE_BYTES];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  private Path file(int number) {
    return files.getPath("/", "f" + number);
  }

  private FileStore space() {
    return files.getFileStores().iterator().next();
  }

  /** Writes files until the store takes no more, which it says; the number of whole ones. */
  private int fill() throws IOException {
    int number = 0;
    while (true) {
      try (FileChannel channel =
          FileChannel.open(file(number), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(random(number));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      } catch (DedupFileSystemException e) {
        assertThat(e.reason()).as(e.toString()).isEqualTo(Reason.NO_SPACE);
        assertThat(e.getFile()).isEqualTo("/f" + number);
        return number;
      }
      number++;
    }
  }

  private void write(String path, long lengthBytes) throws IOException {
    try (OutputStream stream = Files.newOutputStream(files.getPath(path))) {
      for (long written = 0; written < lengthBytes; written += PIECE_BYTES) {
        stream.write(random(1_000_000 + written));
      }
    }
  }

  private void assertWhole(int from, int to) throws IOException {
    for (int number = from; number < to; number++) {
      assertThat(Files.readAllBytes(file(number))).as("/f%d", number).isEqualTo(random(number));
    }
  }

  @Test
  void what_is_deleted_from_a_full_store_can_be_used_again() throws IOException {
    long promised = space().getUsableSpace();
    int whole = fill();
    assertThat((long) whole * PIECE_BYTES)
        .as("most of what was said to be usable")
        // SQLite's log may take up to 32 MiB while nobody had time to empty it.
        .isBetween(promised / 2, promised + PIECE_BYTES);
    assertThat(space().getUsableSpace()).isLessThan(4L * PIECE_BYTES);
    assertThat(space().getUnallocatedSpace()).isGreaterThanOrEqualTo(space().getUsableSpace());
    for (int number = whole / 2; number <= whole; number++) {
      Files.deleteIfExists(file(number));
    }
    files.sync();
    assertThat(files.sweep().storedBytesDeleted()).isPositive();
    assertThat(space().getUsableSpace()).isGreaterThan(promised / 4);
    Files.write(files.getPath("/again"), random(1_000));
    files.sync();
    files.close();
    files = open();
    assertWhole(0, whole / 2);
    assertThat(Files.readAllBytes(files.getPath("/again"))).isEqualTo(random(1_000));
    assertThat(files.check(finding -> {}).findings()).isZero();
  }

  @Test
  void names_can_be_changed_and_files_cloned_while_a_store_is_full() throws IOException {
    int whole = fill();
    Files.createDirectory(files.getPath("/d"));
    Files.move(file(1), files.getPath("/d/moved"));
    Files.move(file(2), file(3), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(file(4), files.getPath("/d/copy"));
    Files.createSymbolicLink(files.getPath("/d/link"), files.getPath("moved"));
    Files.delete(file(5));
    files.sync();
    assertThatThrownBy(() -> write("/new", 4L * PIECE_BYTES + space().getUsableSpace()))
        .isInstanceOfSatisfying(
            DedupFileSystemException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SPACE));
    files.close();
    files = open();
    assertThat(Files.readAllBytes(files.getPath("/d/link"))).isEqualTo(random(1));
    assertThat(Files.readAllBytes(file(3))).isEqualTo(random(2));
    assertThat(Files.readAllBytes(files.getPath("/d/copy"))).isEqualTo(random(4));
    assertThat(file(5)).doesNotExist();
    assertWhole(6, whole);
    assertThat(files.check(finding -> {}).findings()).isZero();
  }
}
