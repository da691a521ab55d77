package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dedupfs.content.DiskSpace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing depends on the reserve: that it cannot be had, or looked at, harms nobody. */
class SpaceReserveTest {
  private static final long STORE_BYTES = 200L << 20;

  @TempDir Path directory;
  private Path metadata;
  private Path blocks;
  private final SpaceReserve reserve = new SpaceReserve();

  @BeforeEach
  void makeStore() throws IOException {
    metadata = Files.createDirectory(directory.resolve("store"));
    blocks = Files.createDirectory(metadata.resolve("blocks"));
    Files.writeString(blocks.resolve("CURRENT"), "MANIFEST-1\n");
    Files.write(blocks.resolve("MANIFEST-1"), new byte[10]);
    try (RandomAccessFile file = new RandomAccessFile(blocks.resolve("1.sst").toFile(), "rw")) {
      file.setLength(STORE_BYTES);
    }
  }

  @AfterEach
  void forgetInterrupt() {
    boolean unused = Thread.interrupted();
  }

  private void open() throws IOException {
    reserve.addMetadata(metadata);
    reserve.begin();
    reserve.addBlocks(blocks);
  }

  @Test
  void a_large_store_has_one() throws IOException {
    open();
    reserve.end();
    assertThat(metadata.resolve(SpaceReserve.NAME)).exists();
  }

  @Test
  void an_end_does_not_fail_whatever_is_found() throws IOException {
    Files.write(blocks.resolve("CURRENT"), new byte[] {'M', 0, 'X', '\n'});
    open();
    reserve.end();
    assertThat(metadata.resolve(SpaceReserve.NAME)).doesNotExist();
  }

  /** An interrupt ends it midway, as the end of a quota does, which no file system tells. */
  @Test
  void one_that_cannot_be_had_takes_nothing_from_others() throws IOException {
    open();
    Thread.currentThread().interrupt();
    reserve.end();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(metadata.resolve(SpaceReserve.NAME)).doesNotExist();
    try (DiskSpace.Use use = reserve.use(0)) {
      assertThat(use.isScarce()).isFalse();
    }
  }
}
