package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.dedupfs.DamagedFileException;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.content.DamagedContentException;
import org.dedupfs.content.StoreFullException;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.TreeException;
import org.dedupfs.tree.TreeException.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailuresTest {
  private static final Map<Failure, Class<? extends IOException>> OWN_TYPES =
      new EnumMap<>(
          Map.of(
              Failure.NO_ENTRY, NoSuchFileException.class,
              Failure.EXISTS, FileAlreadyExistsException.class,
              Failure.NOT_EMPTY, DirectoryNotEmptyException.class));

  private final StoreFileSystem fileSystem = Unopened.fileSystem();
  private final DedupPath path = fileSystem.path(new byte[] {'/', 'p'});
  private final DedupPath other = fileSystem.path(new byte[] {'/', 'o'});

  @ParameterizedTest
  @EnumSource(value = Failure.class, names = "READ_ONLY", mode = EnumSource.Mode.EXCLUDE)
  void every_failure_has_an_exception_with_the_path(Failure failure) {
    IOException exception = Failures.of(new TreeException(failure), path, other);
    assertThat(exception)
        .isExactlyInstanceOf(OWN_TYPES.getOrDefault(failure, DedupFileSystemException.class));
    assertThat(((FileSystemException) exception).getFile()).isEqualTo("/p");
    if (exception instanceof DedupFileSystemException named) {
      assertThat(named.reason().name()).isEqualTo(failure.name());
      assertThat(named.getReason()).isEqualToIgnoringCase(failure.text());
      assertThat(named.getOtherFile()).isEqualTo("/o");
    }
  }

  @Test
  void a_change_of_a_read_only_store_is_refused_as_such() {
    assertThatThrownBy(
            () -> {
              throw Failures.of(new TreeException(Failure.READ_ONLY), path, null);
            })
        .isInstanceOf(ReadOnlyFileSystemException.class);
  }

  @Test
  void damage_names_the_file_and_keeps_what_is_known() {
    IOException cause = new IOException("block 7 is gone");
    IOException failure = new DamagedContentException(new InodeNumber(5), 0, 10, cause);
    assertThat(Failures.of(failure, path, null))
        .isInstanceOf(DamagedFileException.class)
        .hasMessageContaining("/p")
        .hasMessageContaining("block 7 is gone")
        .hasCause(failure);
  }

  @Test
  void a_full_disk_is_told_from_other_failures_however_deep_it_lies() {
    IOException full = new StoreFullException(1, 2);
    for (IOException failure : List.of(full, new IOException("the commit failed", full))) {
      assertThat(Failures.of(failure, path, other))
          .isInstanceOfSatisfying(
              DedupFileSystemException.class,
              e -> assertThat(e.reason()).isEqualTo(DedupFileSystemException.Reason.NO_SPACE))
          .hasMessageContaining("/p")
          .hasCause(failure);
    }
  }

  @Test
  void any_other_failure_gets_the_path() {
    IOException failure = new IOException("disk on fire");
    assertThat(Failures.of(failure, path, null))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("/p")
        .hasMessageContaining("disk on fire")
        .hasCause(failure);
    assertThat(Failures.of(new IOException(), path, null)).hasMessageContaining("IOException");
  }
}
