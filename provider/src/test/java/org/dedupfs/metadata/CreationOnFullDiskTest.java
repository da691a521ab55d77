package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.dedupfs.testing.Prerequisites;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that is made where no file can be. Needs the right to mount. */
class CreationOnFullDiskTest {
  @TempDir Path disk;

  private static boolean runs(String... command) throws Exception {
    return new ProcessBuilder(command).start().waitFor() == 0;
  }

  /** There is a last place for the file itself; of its log SQLite says that it cannot be opened. */
  @Test
  void a_disk_that_takes_no_more_files_is_told_as_full() throws Exception {
    String place = disk.toString();
    if (!runs("mount", "-t", "tmpfs", "-o", "size=8m,nr_inodes=3", "none", place)) {
      throw Prerequisites.noMount();
    }
    try {
      Files.createFile(disk.resolve("the last one"));
      assertThatThrownBy(() -> SqliteMetadataStore.create(disk, SqliteOptions.DEFAULT))
          .isInstanceOf(MetadataFullException.class)
          .hasMessageContaining("no space left");
      assertThat(disk.resolve(SqliteFile.NAME)).doesNotExist();
    } finally {
      assertThat(runs("umount", place) || runs("umount", "-l", place)).isTrue();
    }
  }
}
