package org.dedupfs.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the kernel may keep what it has of a file, and when it must forget it. */
final class CachedPagesTest {
  @TempDir Path host;
  private DedupFileSystem store;
  private FileSystemOperations operations;
  private AsLibfuse kernel;

  @BeforeEach
  void mount() throws IOException {
    store = DedupFileSystems.create(host.resolve("store"));
    operations = FileSystemOperations.of(store, statistics -> "");
    kernel = new AsLibfuse(operations);
  }

  @AfterEach
  void unmount() throws IOException {
    operations.close();
    store.close();
  }

  private static byte[] path(String text) {
    return text.getBytes(UTF_8);
  }

  private AsLibfuse.Fd open(String path) throws IOException {
    return kernel.open(path, OpenFlags.READ_WRITE);
  }

  private boolean keeps(String path) throws IOException {
    try (AsLibfuse.Fd fd = open(path)) {
      return fd.keepCache;
    }
  }

  private void writeFromOutside(String path, String text) throws IOException {
    Files.writeString(store.getPath(path), text, StandardOpenOption.WRITE);
  }

  @Test
  void pages_of_a_file_read_before_are_kept() throws IOException {
    Files.writeString(store.getPath("/file"), "content");
    assertThat(keeps("/file")).as("never seen").isFalse();
    assertThat(keeps("/file")).isTrue();
    try (AsLibfuse.Fd fd = open("/file")) {
      assertThat(keeps("/file")).as("while open").isTrue();
      assertThat(fd.keepCache).isTrue();
    }
    assertThat(kernel.takeInvalidated()).isEmpty();
  }

  @Test
  void pages_follow_what_is_written_through_their_node() throws IOException {
    try (AsLibfuse.Fd fd = kernel.create("/file", 0100644)) {
      fd.write("content", 0);
    }
    assertThat(keeps("/file")).as("made here").isTrue();
    try (AsLibfuse.Fd fd = open("/file")) {
      fd.write("C", 0);
      fd.truncate(5);
      operations.fallocate(fd.request(FakeRequest.FALLOCATE), fd.handle(), 3, 1, 2);
    }
    assertThat(keeps("/file")).isTrue();
    operations.truncate(
        FakeRequest.of(FakeRequest.SETATTR, kernel.lookup("/file").id), path("/file"), 2);
    assertThat(keeps("/file")).isTrue();
    assertThat(kernel.takeInvalidated()).isEmpty();
  }

  @Test
  void a_change_from_outside_while_closed_drops_them() throws IOException {
    Files.writeString(store.getPath("/file"), "content");
    assertThat(keeps("/file")).isFalse();
    writeFromOutside("/file", "C");
    assertThat(keeps("/file")).isFalse();
    assertThat(keeps("/file")).isTrue();
    assertThat(kernel.takeInvalidated()).as("nobody had it open").isEmpty();
  }

  @Test
  void a_change_from_outside_while_open_invalidates_them() throws IOException {
    Files.writeString(store.getPath("/file"), "content");
    try (AsLibfuse.Fd fd = open("/file")) {
      writeFromOutside("/file", "C");
      assertThat(kernel.takeInvalidated()).isNotEmpty().containsOnly(fd.node.id);
      assertThat(fd.content()).isEqualTo("Content");
      fd.write("D", 0);
      assertThat(keeps("/file")).as("own writes do not make up for it").isFalse();
    }
  }

  @Test
  void a_file_of_two_names_is_never_kept() throws IOException {
    Files.writeString(store.getPath("/a"), "content");
    Files.createLink(store.getPath("/b"), store.getPath("/a"));
    assertThat(keeps("/a")).isFalse();
    assertThat(keeps("/a")).isFalse();
    try (AsLibfuse.Fd a = open("/a");
        AsLibfuse.Fd b = open("/b")) {
      a.write("C", 0);
      assertThat(kernel.takeInvalidated()).containsOnly(b.node.id);
      b.write("D", 0);
      assertThat(kernel.takeInvalidated()).containsOnly(a.node.id);
    }
    Files.delete(store.getPath("/a"));
    assertThat(keeps("/b")).isFalse();
  }

  @Test
  void the_pages_of_another_node_are_not_taken_for_its_own() throws IOException {
    Files.writeString(store.getPath("/a"), "content");
    Files.createLink(store.getPath("/b"), store.getPath("/a"));
    assertThat(keeps("/a")).isFalse();
    AsLibfuse.Node a = kernel.lookup("/a");
    try (AsLibfuse.Fd b = open("/b")) {
      b.write("C", 0);
      Files.delete(store.getPath("/b"));
      assertThat(kernel.stat(a).nlink()).isEqualTo(1);
    }
    assertThat(keeps("/a")).as("written by b").isFalse();
    assertThat(keeps("/a")).isTrue();
  }

  @Test
  void an_append_that_lands_elsewhere_invalidates() throws IOException {
    Files.writeString(store.getPath("/log"), "0123");
    try (AsLibfuse.Fd fd = kernel.open("/log", OpenFlags.WRITE_ONLY | OpenFlags.APPEND)) {
      fd.write("4", 4);
      assertThat(kernel.takeInvalidated()).isEmpty();
      fd.write("5", 4);
      assertThat(kernel.takeInvalidated()).contains(fd.node.id);
    }
    assertThat(keeps("/log")).isFalse();
    assertThat(Files.readString(store.getPath("/log"))).isEqualTo("012345");
  }

  @Test
  void a_file_opened_by_creating_what_exists_is_not_kept() throws IOException {
    Files.writeString(store.getPath("/file"), "content");
    assertThat(keeps("/file")).isFalse();
    try (AsLibfuse.Fd fd = kernel.create("/file", 0100644)) {
      assertThat(fd.keepCache).isFalse();
      writeFromOutside("/file", "C");
      assertThat(kernel.takeInvalidated()).as("its node is not known yet").isEmpty();
      assertThat(fd.content()).isEqualTo("Content");
      writeFromOutside("/file", "D");
      assertThat(kernel.takeInvalidated()).containsOnly(fd.node.id);
    }
  }

  @Test
  void a_change_that_fails_invalidates() throws IOException {
    try (AsLibfuse.Fd fd = kernel.create("/file", 0100644)) {
      fd.write("content", 0);
      AbstractOperationsContract.assertFails(Errno.EFBIG, () -> fd.write("x", Long.MAX_VALUE - 1));
      assertThat(kernel.takeInvalidated()).contains(fd.node.id);
      assertThat(keeps("/file")).isFalse();
    }
  }

  /** A file whose generation the test sets, and whose writes the test breaks into. */
  private static final class ScriptedFile extends UnusedFile {
    long generation = 1;
    Runnable duringWrite = () -> {};

    @Override
    public void write(ByteBuffer source, long offsetBytes) {
      generation++;
      duringWrite.run();
    }

    @Override
    public long generation() {
      return generation;
    }
  }

  /** The race: what others do in the middle of a write, told or not told yet, is never kept. */
  @Test
  void a_foreign_change_during_an_own_one_is_never_taken_for_seen() throws IOException {
    for (boolean toldDuring : new boolean[] {true, false}) {
      java.util.List<Long> invalidated = new java.util.ArrayList<>();
      CachedPages pages = new CachedPages(invalidated::add);
      ScriptedFile file = new ScriptedFile();
      OpenInode inode = new OpenInode(77, file);
      FileHandle handle = new FileHandle(inode, 5, false);
      inode.handles().add(handle);
      assertThat(pages.opened(handle, 1)).isFalse();
      assertThat(pages.opened(handle, 1)).isTrue();
      file.duringWrite =
          () -> {
            file.generation++;
            if (toldDuring) {
              pages.spoiled(inode);
            }
          };
      pages.change(inode, 5, () -> file.write(ByteBuffer.allocate(0), 0));
      if (!toldDuring) {
        pages.spoiled(inode);
      }
      assertThat(invalidated).contains(5L);
      assertThat(pages.opened(handle, 1)).as("told during: %s", toldDuring).isFalse();
    }
  }
}
