package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.NewFile;
import org.dedupfs.tree.OpenFile;
import org.dedupfs.tree.PathLookup;
import org.dedupfs.tree.Tree;

/** Stores on disk for tests, and files in them by path. */
final class StoreFixture {
  private static final NewFile FILE = new NewFile(FileType.REGULAR, 0644, 0, 0, 0);

  private StoreFixture() {}

  /** Small, and commits only when asked to. */
  static StoreOptions.Builder options() {
    return StoreOptions.builder()
        .memoryBytes(MemoryShares.MIN_MEMORY_BYTES)
        .threads(2)
        .commitInterval(java.time.Duration.ZERO);
  }

  static Store create(Path directory) throws IOException {
    return Store.open(directory, options().create(true).build());
  }

  static Store open(Path directory) throws IOException {
    return Store.open(directory, options().build());
  }

  static void write(Tree tree, String path, byte[] data) throws IOException {
    PathLookup at = tree.lookup(InodeNumber.ROOT, bytes(path), true);
    FileName name = at.name();
    assertThat(name).isNotNull();
    try (OpenFile file =
        at.inode() == null
            ? tree.createAndOpen(at.parent(), name, FILE)
            : tree.open(at.inode().number())) {
      file.setSize(0);
      file.write(0, ByteBuffer.wrap(data));
    }
  }

  static byte[] read(Tree tree, String path) throws IOException {
    PathLookup at = tree.lookup(InodeNumber.ROOT, bytes(path), true);
    assertThat(at.inode()).as(path).isNotNull();
    try (OpenFile file = tree.open(at.inode().number())) {
      ByteBuffer buffer = ByteBuffer.allocate((int) file.sizeBytes());
      while (buffer.hasRemaining()) {
        assertThat(file.read(buffer.position(), buffer)).isPositive();
      }
      return buffer.array();
    }
  }

  static void unlink(Tree tree, String path) throws IOException {
    PathLookup at = tree.lookup(InodeNumber.ROOT, bytes(path), false);
    FileName name = at.name();
    assertThat(name).isNotNull();
    tree.unlink(at.parent(), name);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Bytes that nothing shrinks. */
  static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** What a kill would leave: the files as they are now, with the store open. */
  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
      for (Path file : files) {
        Path target = to.resolve(file.getFileName().toString());
        if (Files.isDirectory(file)) {
          copy(file, target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
