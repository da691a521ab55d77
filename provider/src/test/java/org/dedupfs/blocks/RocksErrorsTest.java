package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

class RocksErrorsTest {
  private static final Path DIRECTORY = Path.of("/store/blocks");

  private static RocksDBException ioError(String message) {
    return new RocksDBException(
        message, new Status(Status.Code.IOError, Status.SubCode.None, message));
  }

  /** As a disk says it on which nothing can be written: a repair would be in vain. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "While appending to file: /store/blocks/MANIFEST-000015: Input/output error",
        "While open a file for appending: /store/blocks/000014.log: Input/output error",
        "While fsync: /store/blocks/MANIFEST-000015: Input/output error",
        "While fdatasync: /store/blocks/000015.sst: Input/output error",
        "While fsync: a directory: Input/output error",
        "While closing file after writing: /store/blocks/000015.dbtmp: Input/output error",
        "While renaming a file to /store/blocks/CURRENT: Input/output error",
        "While unlink() file: /store/blocks/000007.log: Input/output error"
      })
  void what_cannot_be_written_while_opening_is_no_damage(String message) {
    assertThat(RocksErrors.onOpen(DIRECTORY, ioError(message)))
        .isNotInstanceOf(BlockStoreDamagedException.class)
        .hasMessageContainingAll("cannot be opened", "Input/output error")
        .message()
        .doesNotContain("repair");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "While pread offset 0 len 48: /store/blocks/000009.sst: Input/output error",
        "While open a file for random read: /store/blocks/000009.sst: No such file or directory"
      })
  void what_cannot_be_read_is_damage(String message) {
    assertThat(RocksErrors.onOpen(DIRECTORY, ioError(message)))
        .isInstanceOf(BlockStoreDamagedException.class)
        .hasMessageContaining("repair");
  }

  @Test
  void a_bad_checksum_is_damage() {
    RocksDBException failure =
        new RocksDBException(
            "checksum", new Status(Status.Code.Corruption, Status.SubCode.None, "checksum"));
    assertThat(RocksErrors.onOpen(DIRECTORY, failure))
        .isInstanceOf(BlockStoreDamagedException.class);
  }
}
