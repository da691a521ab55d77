package org.dedupfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallDiskTest {
  @TempDir Path temporary;

  private static long freeBytes(SmallDisk disk) throws IOException {
    return Files.getFileStore(disk.path()).getUsableSpace();
  }

  @Test
  void it_can_be_filled_again_and_again_and_changes_its_size() throws IOException {
    try (SmallDisk disk = SmallDisk.mount(temporary, "size=1m")) {
      assertThat(freeBytes(disk)).isEqualTo(1 << 20);
      Path first = disk.fill();
      assertThat(first).hasSize(1 << 20);
      assertThat(freeBytes(disk)).isZero();
      disk.resize(3 << 19);
      assertThat(freeBytes(disk)).isEqualTo(1 << 19);
      assertThat(disk.fill()).hasSize(1 << 19);
      Files.delete(first);
      assertThat(freeBytes(disk)).isEqualTo(1 << 20);
    }
  }

  @Test
  void it_goes_while_a_file_there_is_open_and_the_thread_is_interrupted() throws IOException {
    SmallDisk disk = SmallDisk.mount(temporary, "size=1m");
    try (OutputStream open = Files.newOutputStream(disk.path().resolve("open"))) {
      open.write(1);
      Thread.currentThread().interrupt();
      disk.close();
      disk.close();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(disk.path()).isEmptyDirectory();
      assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(" " + disk.path());
    } finally {
      Thread.interrupted();
      disk.close();
    }
  }
}
