package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dedupfs.testing.SmallDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that is made where no file can be. Needs the right to mount. */
class CreationOnFullDiskTest {
  @TempDir Path temporary;

  /** There is a last place for the file itself; of its log SQLite says that it cannot be opened. */
  @Test
  void a_disk_that_takes_no_more_files_is_told_as_full() throws IOException {
    try (SmallDisk disk = SmallDisk.mount(temporary, "size=8m,nr_inodes=3")) {
      Files.createFile(disk.path().resolve("the last one"));
      assertThatThrownBy(() -> SqliteMetadataStore.create(disk.path(), SqliteOptions.DEFAULT))
          .isInstanceOf(MetadataFullException.class)
          .hasMessageContaining("no space left");
      assertThat(disk.path().resolve(SqliteFile.NAME)).doesNotExist();
    }
  }
}
