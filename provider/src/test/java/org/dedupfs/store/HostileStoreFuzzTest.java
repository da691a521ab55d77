package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.ExtendedAttributeView;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.StoreException;
import org.dedupfs.UnixFileAttributes;
import org.dedupfs.metadata.HostileRows;
import org.dedupfs.testing.FuzzBytes;
import org.dedupfs.testing.ScratchDirectory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * A store that somebody made to harm who opens it: any rows, with right checksums, beside sound
 * ones. Whatever is done with it ends, and fails with exceptions that are documented, if at all.
 */
class HostileStoreFuzzTest {
  private static final int MOST_ENTRIES = 2_000;
  private static final int MOST_DEPTH = 12;
  private static final long MOST_BYTES = 1 << 20;

  private static final DedupOptions OPTIONS =
      DedupOptions.builder().memoryBytes(64 << 20).threads(1).build();

  private static Path directory;
  private int entries;

  @BeforeAll
  static void make() throws IOException {
    directory = ScratchDirectory.make("dedupfs-hostile");
    try (DedupFileSystem store = DedupFileSystems.create(directory.resolve("sound"), OPTIONS)) {
      Files.createDirectories(store.getPath("/d/e"));
      Files.write(store.getPath("/d/f"), StoreFixture.random(1, 150_000));
      Files.write(store.getPath("/g"), StoreFixture.random(2, 5_000));
      Files.createLink(store.getPath("/h"), store.getPath("/d/f"));
      Files.createSymbolicLink(store.getPath("/l"), store.getPath("d/e"));
      Files.setAttribute(store.getPath("/g"), "user:comment", new byte[] {1, 2, 3});
    }
  }

  @AfterAll
  static void delete() throws IOException {
    ScratchDirectory.delete(directory);
  }

  @FuzzTest(maxDuration = "150s")
  void a_store_of_any_rows_is_used_checked_and_repaired(byte[] input)
      throws IOException, SQLException {
    Path copy = directory.resolve("copy");
    ScratchDirectory.delete(copy);
    StoreFixture.copy(directory.resolve("sound"), copy);
    HostileRows.write(copy.resolve("metadata.sqlite"), new FuzzBytes(input));
    use(copy);
    repair(copy);
    use(copy);
  }

  private void use(Path copy) throws IOException {
    try (DedupFileSystem store = DedupFileSystems.open(copy, OPTIONS)) {
      entries = 0;
      walk(store.getPath("/"), 0);
      change(store);
      check(store);
    } catch (StoreException e) {
      assertThat(e.getMessage()).isNotBlank();
    } catch (IOException e) {
      // of the last commit; anything else than an IOException is a finding
      assertThat(String.valueOf(e.getMessage())).isNotBlank();
    }
  }

  private static void check(DedupFileSystem store) throws IOException {
    DamagedStore.Heard heard = new DamagedStore.Heard();
    assertThat(store.check(heard).findings()).isEqualTo(heard.findings.size());
  }

  private void walk(Path path, int depth) {
    if (++entries > MOST_ENTRIES || depth > MOST_DEPTH) {
      return;
    }
    try {
      look(path);
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
      try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
        for (Path child : children) {
          String name = child.getFileName().toString();
          assertThat(name).isNotEmpty().isNotEqualTo(".").isNotEqualTo("..");
          assertThat(name).doesNotContain("/", "\0");
          assertThat(child.getParent()).isEqualTo(path);
          walk(child, depth + 1);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      assertThat(e).isNotNull(); // documented; anything else is a finding
    }
  }

  private static void look(Path path) throws IOException {
    UnixFileAttributes attributes =
        Files.readAttributes(path, UnixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    assertThat(attributes.lastModifiedTime()).isNotNull();
    ExtendedAttributeView xattrs =
        Files.getFileAttributeView(path, ExtendedAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    for (byte[] name : xattrs.list()) {
      assertThat(xattrs.read(name)).isNotNull();
    }
    if (attributes.isSymbolicLink()) {
      assertThat(Files.readSymbolicLink(path).toString()).isNotNull();
    }
    if (attributes.isRegularFile()) {
      try (InputStream in = Files.newInputStream(path)) {
        long read = 0;
        byte[] buffer = new byte[64 << 10];
        for (int n = in.read(buffer); n > 0 && read < MOST_BYTES; n = in.read(buffer)) {
          read += n;
        }
        assertThat(read).isLessThan(MOST_BYTES + buffer.length);
      }
    }
  }

  /** Names and bytes that are new, and some that are old. */
  private static void change(DedupFileSystem store) {
    List<Change> changes =
        List.of(
            () -> Files.writeString(store.getPath("/new"), "text"),
            () -> Files.write(store.getPath("/d/f"), new byte[5_000]),
            () -> Files.move(store.getPath("/d"), store.getPath("/moved")),
            () -> Files.delete(store.getPath("/h")),
            () -> Files.createDirectory(store.getPath("/made")),
            store::sync,
            () -> store.sweep(false));
    for (Change each : changes) {
      try {
        each.run();
      } catch (IOException e) {
        assertThat(e).isNotNull(); // documented; anything else is a finding
      }
    }
  }

  private interface Change {
    void run() throws IOException;
  }

  private static void repair(Path copy) throws IOException {
    MaintenanceListener heard = new DamagedStore.Heard();
    try {
      DedupFileSystems.repair(copy, OPTIONS, heard);
    } catch (StoreException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
