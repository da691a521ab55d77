package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening, finding and naming stores. */
class ProviderTest {
  @TempDir Path host;

  private Path storePath() {
    return host.resolve("my store");
  }

  @Test
  void the_provider_is_installed_once_and_is_that_of_all_stores() throws IOException {
    List<FileSystemProvider> installed =
        FileSystemProvider.installedProviders().stream()
            .filter(provider -> provider.getScheme().equals("dedup"))
            .toList();
    assertThat(installed).hasSize(1);
    try (FileSystem fs = DedupFileSystems.create(storePath())) {
      assertThat(fs.provider()).isSameAs(fs.getPath("/").getFileSystem().provider());
      assertThat(fs.getPath("/x").getFileSystem()).isSameAs(fs);
    }
  }

  @Test
  void a_store_is_created_and_found_by_uri() throws IOException {
    URI uri = URI.create("dedup:" + storePath().toUri().getRawPath());
    try (FileSystem fs = FileSystems.newFileSystem(uri, Map.of("create", "true"))) {
      Files.writeString(fs.getPath("/hello"), "world");
      assertThat(FileSystems.getFileSystem(uri)).isSameAs(fs);
      assertThat(FileSystems.getFileSystem(DedupFileSystems.uri(storePath()))).isSameAs(fs);
      Path path = Path.of(DedupFileSystems.uri(storePath(), "/hello"));
      assertThat(path).isEqualTo(fs.getPath("/hello"));
      assertThat(Files.readString(path)).isEqualTo("world");
      assertThat(Path.of(path.toUri())).isEqualTo(path);
      assertThat(((DedupFileSystem) fs).uri()).isEqualTo(fs.getPath("/").toUri());
    }
  }

  @Test
  void what_was_written_is_there_when_the_store_is_opened_again() throws IOException {
    try (FileSystem fs = DedupFileSystems.create(storePath())) {
      Files.writeString(Files.createDirectories(fs.getPath("/a/b")).resolve("c"), "text");
    }
    try (FileSystem fs = DedupFileSystems.open(storePath())) {
      assertThat(Files.readString(fs.getPath("/a/b/c"))).isEqualTo("text");
    }
    try (FileSystem fs = FileSystems.newFileSystem(storePath(), Map.of())) {
      assertThat(fs).isInstanceOf(DedupFileSystem.class);
      assertThat(Files.readString(fs.getPath("a/b/c"))).isEqualTo("text");
    }
  }

  @Test
  void a_store_is_one_store_by_whatever_path() throws IOException {
    try (FileSystem fs = DedupFileSystems.create(storePath())) {
      Path link = Files.createSymbolicLink(host.resolve("link"), storePath());
      for (Path path : List.of(storePath(), link, host.resolve("link/../my store/."))) {
        assertThat(FileSystems.getFileSystem(DedupFileSystems.uri(path))).isSameAs(fs);
        assertThatThrownBy(() -> DedupFileSystems.open(path))
            .isInstanceOf(FileSystemAlreadyExistsException.class)
            .hasMessageContaining("my store");
        assertThatThrownBy(() -> FileSystems.newFileSystem(path, Map.of()))
            .isInstanceOf(FileSystemAlreadyExistsException.class);
      }
      assertThat(((DedupFileSystem) fs).storeDirectory()).isEqualTo(storePath().toRealPath());
    }
  }

  @Test
  void a_store_names_all_its_directories_on_the_host() throws IOException {
    Path blocks = Files.createDirectory(host.resolve("blocks elsewhere"));
    Path link = Files.createSymbolicLink(host.resolve("link"), blocks);
    DedupOptions options = DedupOptions.builder().create(true).blocksDirectory(link).build();
    DedupFileSystems.open(storePath(), options).close();
    try (DedupFileSystem fs = DedupFileSystems.open(storePath())) {
      assertThat(fs.hostDirectories())
          .containsExactlyInAnyOrder(storePath().toRealPath(), blocks.toRealPath());
    }
  }

  @Test
  void a_store_that_is_not_open_is_not_found() throws IOException {
    URI uri = DedupFileSystems.uri(storePath());
    assertThatThrownBy(() -> FileSystems.getFileSystem(uri))
        .isInstanceOf(FileSystemNotFoundException.class);
    DedupFileSystems.create(storePath()).close();
    assertThatThrownBy(() -> FileSystems.getFileSystem(uri))
        .isInstanceOf(FileSystemNotFoundException.class);
    assertThatThrownBy(() -> Path.of(uri)).isInstanceOf(FileSystemNotFoundException.class);
    DedupFileSystems.open(storePath()).close();
  }

  @Test
  void a_missing_store_is_not_opened_without_create() {
    assertThatThrownBy(() -> DedupFileSystems.open(storePath())).isInstanceOf(IOException.class);
    assertThat(storePath()).doesNotExist();
    DedupOptions create = DedupOptions.builder().create(true).build();
    assertThatThrownBy(() -> DedupFileSystems.open(storePath().resolve("deeper"), create))
        .isInstanceOf(IOException.class);
  }

  @Test
  void a_failed_opening_leaves_nothing_behind() throws IOException {
    Files.writeString(storePath(), "a file");
    assertThatThrownBy(() -> DedupFileSystems.create(storePath())).isInstanceOf(IOException.class);
    Files.delete(storePath());
    DedupFileSystems.create(storePath()).close();
  }

  @Test
  void only_a_root_is_a_file_system() {
    URI uri = DedupFileSystems.uri(storePath(), "/a");
    assertThatThrownBy(() -> FileSystems.newFileSystem(uri, Map.of("create", true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("!/");
    assertThat(storePath()).doesNotExist();
  }

  @Test
  void a_bad_option_opens_nothing() {
    URI uri = DedupFileSystems.uri(storePath());
    assertThatThrownBy(() -> FileSystems.newFileSystem(uri, Map.of("create", "maybe")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'create'");
    assertThatThrownBy(
            () -> FileSystems.newFileSystem(uri, Map.of("create", true, "owner", "no such user!")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no such user!");
    assertThat(storePath()).doesNotExist();
  }

  @Test
  void what_is_no_store_is_left_to_other_providers_before_options_are_read() throws IOException {
    FileSystemProvider provider = new DedupFileSystemProvider();
    Path file = Files.writeString(host.resolve("file"), "x");
    for (Path path : List.of(file, host, host.resolve("missing"))) {
      assertThatThrownBy(() -> provider.newFileSystem(path, Map.of("no such", "option")))
          .isInstanceOf(UnsupportedOperationException.class);
    }
    assertThatThrownBy(() -> FileSystems.newFileSystem(host, Map.of()))
        .isInstanceOf(ProviderNotFoundException.class);
  }

  @Test
  void the_defaults_of_new_files_can_be_set() throws IOException {
    DedupOptions options =
        DedupOptions.builder().owner("123").group("root").umask(077).create(true).build();
    try (FileSystem fs = DedupFileSystems.open(storePath(), options)) {
      Path file = Files.createFile(fs.getPath("/file"));
      assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(123);
      assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(0);
      assertThat(Files.getAttribute(file, "unix:mode")).isEqualTo(0100600);
    }
  }

  @Test
  void the_file_system_describes_itself() throws IOException {
    try (DedupFileSystem fs = DedupFileSystems.create(storePath())) {
      assertThat(fs.getSeparator()).isEqualTo("/");
      assertThat(fs.isReadOnly()).isFalse();
      assertThat(fs.getRootDirectories()).containsExactly(fs.getPath("/"));
      assertThat(fs.supportedFileAttributeViews())
          .containsExactlyInAnyOrder("basic", "owner", "posix", "unix", "user", "xattr", "dedup");
      FileStore store = Files.getFileStore(fs.getPath("/"));
      assertThat(StreamSupport.stream(fs.getFileStores().spliterator(), false))
          .containsExactly(store);
      assertThat(store.type()).isEqualTo("dedup");
      assertThat(store.name()).contains("my store");
      assertThat(store.isReadOnly()).isFalse();
      assertThat(store.getTotalSpace()).isPositive();
      assertThat(store.getUsableSpace()).isBetween(0L, store.getTotalSpace());
      assertThat(store.getUnallocatedSpace()).isGreaterThanOrEqualTo(store.getUsableSpace());
      assertThat(store.getBlockSize()).isPositive();
      assertThat(store.getAttribute("totalSpace")).isEqualTo(store.getTotalSpace());
      assertThat(store.supportsFileAttributeView("posix")).isTrue();
      assertThat(store.supportsFileAttributeView("acl")).isFalse();
      assertThatThrownBy(() -> store.getAttribute("nonsense"))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> Files.getFileStore(fs.getPath("/none")))
          .isInstanceOf(java.nio.file.NoSuchFileException.class);
    }
  }

  @Test
  void all_byte_names_survive_a_store() throws IOException {
    try (DedupFileSystem fs = DedupFileSystems.create(storePath())) {
      for (int b = 1; b < 256; b++) {
        if (b != '/' && b != '.') {
          Path path = ((StoreFileSystem) fs).path(new byte[] {'/', (byte) b});
          Files.createFile(path);
          assertThat(Path.of(path.toUri())).isEqualTo(path);
        }
      }
      try (var stream = Files.newDirectoryStream(fs.getPath("/"))) {
        int count = 0;
        for (Path path : stream) {
          assertThat(path).exists();
          assertThat(fs.getPath(path.toString())).isEqualTo(path);
          count++;
        }
        assertThat(count).isEqualTo(253);
      }
    }
  }
}
