package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import org.dedupfs.DedupUri;
import org.junit.jupiter.api.Test;

class DedupPathTest {
  private final StoreFileSystem fileSystem = Unopened.fileSystem();

  @Test
  void every_byte_survives_text_and_uri() {
    for (int b = 1; b < 256; b++) {
      DedupPath path = fileSystem.path(new byte[] {'/', 'n', (byte) b, 'x'});
      assertThat(fileSystem.getPath(path.toString())).isEqualTo(path);
      URI uri = path.toUri();
      assertThat(fileSystem.path(DedupUri.parse(uri).path())).isEqualTo(path);
    }
  }

  @Test
  void bytes_that_are_not_utf_8_show_as_lone_surrogates() {
    DedupPath path = fileSystem.path(new byte[] {'a', (byte) 0xE9});
    assertThat(path.toString()).isEqualTo("a\uDCE9");
    assertThat(fileSystem.getPath("a\uDCE9").bytes()).isEqualTo(new byte[] {'a', (byte) 0xE9});
    assertThatThrownBy(() -> fileSystem.getPath("\uD801")).isInstanceOf(InvalidPathException.class);
  }

  @Test
  void order_is_that_of_unsigned_bytes() {
    assertThat(fileSystem.getPath("\u00E9")).isGreaterThan(fileSystem.getPath("z"));
    assertThat(fileSystem.getPath("\uDCFF")).isGreaterThan(fileSystem.getPath("\uD83D\uDE00"));
  }

  @Test
  void names_that_differ_in_normal_form_differ() {
    assertThat(fileSystem.getPath("\u00E9")).isNotEqualTo(fileSystem.getPath("e\u0301"));
  }

  @Test
  void the_uri_is_that_of_the_absolute_path() {
    assertThat(fileSystem.getPath("a b").toUri())
        .isEqualTo(URI.create("dedup:file:///srv/store!/a%20b"));
    assertThat(fileSystem.getPath("").toUri()).isEqualTo(URI.create("dedup:file:///srv/store!/"));
    assertThat(fileSystem.getPath("/a!/..").toUri())
        .isEqualTo(URI.create("dedup:file:///srv/store!/a%21/.."));
  }

  @Test
  void relative_paths_start_at_the_root() {
    assertThat(fileSystem.getPath("a").toAbsolutePath()).isEqualTo(fileSystem.getPath("/a"));
    assertThat(fileSystem.getPath("").toAbsolutePath()).isEqualTo(fileSystem.getPath("/"));
  }

  @Test
  void paths_of_other_providers_do_not_mix() {
    Path ours = fileSystem.getPath("/a");
    Path theirs = Path.of("/a");
    assertThat(ours).isNotEqualTo(theirs);
    assertThat(ours.startsWith(theirs)).isFalse();
    assertThat(ours.endsWith(theirs)).isFalse();
    assertThatThrownBy(() -> ours.resolve(theirs)).isInstanceOf(ProviderMismatchException.class);
    assertThatThrownBy(() -> ours.relativize(theirs)).isInstanceOf(ProviderMismatchException.class);
    assertThatThrownBy(() -> ours.compareTo(theirs)).isInstanceOf(ClassCastException.class);
  }

  @Test
  void paths_of_two_stores_differ() {
    StoreFileSystem other = Unopened.fileSystem();
    assertThat(fileSystem.getPath("/a")).isNotEqualTo(other.getPath("/a"));
    assertThat(fileSystem.getPath("/a").startsWith(other.getPath("/"))).isFalse();
    assertThatThrownBy(() -> fileSystem.getPath("/a").relativize(other.getPath("/a")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void there_is_no_file_object() {
    assertThatThrownBy(() -> fileSystem.getPath("a").toFile())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void a_foreign_watcher_does_not_fit() throws Exception {
    try (WatchService watcher = FileSystems.getDefault().newWatchService()) {
      assertThatThrownBy(
              () -> fileSystem.getPath("a").register(watcher, StandardWatchEventKinds.ENTRY_CREATE))
          .isInstanceOf(ProviderMismatchException.class);
    }
  }
}
