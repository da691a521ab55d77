package org.dedupfs.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the kernel must forget what it has of an open file, and when not. */
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

  private void writeFromOutside(String path, String text) throws IOException {
    Files.writeString(store.getPath(path), text, StandardOpenOption.WRITE);
  }

  @Test
  void what_is_changed_through_a_node_leaves_its_own_pages() throws IOException {
    try (AsLibfuse.Fd fd = kernel.create("/file", 0100644)) {
      fd.write("content", 0);
    }
    try (AsLibfuse.Fd fd = open("/file");
        AsLibfuse.Fd same = open("/file")) {
      fd.write("C", 0);
      same.truncate(5);
      operations.fallocate(fd.request(FakeRequest.FALLOCATE), fd.handle(), 3, 1, 2);
      operations.truncate(FakeRequest.of(FakeRequest.SETATTR, fd.node.id), path("/file"), 2);
    }
    assertThat(kernel.takeInvalidated()).isEmpty();
  }

  @Test
  void a_change_from_outside_while_closed_invalidates_nothing() throws IOException {
    Files.writeString(store.getPath("/file"), "content");
    try (AsLibfuse.Fd fd = open("/file")) {
      assertThat(fd.content()).isEqualTo("content");
    }
    writeFromOutside("/file", "C");
    assertThat(kernel.takeInvalidated()).as("nobody had it open").isEmpty();
  }

  @Test
  void a_change_from_outside_while_open_invalidates() throws IOException {
    Files.writeString(store.getPath("/file"), "content");
    try (AsLibfuse.Fd fd = open("/file")) {
      writeFromOutside("/file", "C");
      assertThat(kernel.takeInvalidated()).isNotEmpty().containsOnly(fd.node.id);
      assertThat(fd.content()).isEqualTo("Content");
    }
  }

  @Test
  void a_change_by_one_name_invalidates_the_other() throws IOException {
    Files.writeString(store.getPath("/a"), "content");
    Files.createLink(store.getPath("/b"), store.getPath("/a"));
    try (AsLibfuse.Fd a = open("/a");
        AsLibfuse.Fd b = open("/b")) {
      a.write("C", 0);
      assertThat(kernel.takeInvalidated()).containsOnly(b.node.id);
      b.write("D", 0);
      assertThat(kernel.takeInvalidated()).containsOnly(a.node.id);
      operations.truncate(FakeRequest.of(FakeRequest.SETATTR, b.node.id), path("/b"), 2);
      assertThat(kernel.takeInvalidated()).containsOnly(a.node.id);
    }
  }

  @Test
  void a_change_by_one_name_is_waited_for_by_the_other_but_never_by_itself() throws IOException {
    List<String> told = new ArrayList<>();
    CachedPages pages =
        new CachedPages(
            new KernelCache() {
              @Override
              public void invalidate(long nodeId) {
                told.add("node " + nodeId);
              }

              @Override
              public void settle() {
                told.add("settle");
              }
            });
    OpenInode inode = new OpenInode(77, new UnusedFile());
    inode.handles().add(new FileHandle(inode, 5));
    inode.handles().add(new FileHandle(inode, 6));
    pages.change(inode, 5, false, () -> told.add("change"));
    assertThat(told).containsExactly("change", "node 6", "settle");
    told.clear();
    pages.spoiled(inode, 5);
    assertThat(told).containsExactly("node 6", "settle", "node 5");
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
    assertThat(Files.readString(store.getPath("/log"))).isEqualTo("012345");
  }

  @Test
  void the_node_of_a_created_file_is_known_from_its_next_request_on() throws IOException {
    try (AsLibfuse.Fd fd = kernel.create("/file", 0100644)) {
      writeFromOutside("/file", "content");
      assertThat(kernel.takeInvalidated()).as("its node is not known yet").isEmpty();
      assertThat(fd.content()).isEqualTo("content");
      writeFromOutside("/file", "C");
      assertThat(kernel.takeInvalidated()).isNotEmpty().containsOnly(fd.node.id);
    }
  }

  @Test
  void two_files_open_by_one_node_do_not_share_its_pages() throws IOException {
    Files.writeString(store.getPath("/file"), "first");
    Files.writeString(store.getPath("/twin"), "other");
    try (AsLibfuse.Fd first = open("/file")) {
      Files.move(store.getPath("/twin"), store.getPath("/file"), REPLACE_EXISTING);
      try (AsLibfuse.Fd other = open("/file")) {
        assertThat(other.node).isSameAs(first.node);
        assertThat(other.directIo).isTrue();
        assertThat(first.directIo).isFalse();
        assertThat(kernel.takeInvalidated()).containsOnly(first.node.id);
        other.write("O", 0);
        assertThat(kernel.takeInvalidated()).containsOnly(first.node.id);
        first.write("F", 0);
        assertThat(kernel.takeInvalidated()).containsOnly(first.node.id);
        assertThat(first.content()).isEqualTo("First");
        assertThat(other.content()).isEqualTo("Other");
      }
      operations.truncate(FakeRequest.of(FakeRequest.SETATTR, first.node.id), path("/file"), 2);
      assertThat(kernel.takeInvalidated()).containsOnly(first.node.id);
    }
    try (AsLibfuse.Fd alone = open("/file")) {
      assertThat(alone.directIo).isFalse();
      assertThat(alone.content()).isEqualTo("Ot");
      alone.write("o", 0);
      assertThat(kernel.takeInvalidated()).isEmpty();
    }
  }

  @Test
  void what_is_written_past_the_pages_invalidates_them_also_when_the_first_file_is_closed()
      throws IOException {
    Files.writeString(store.getPath("/file"), "first");
    Files.writeString(store.getPath("/twin"), "other");
    AsLibfuse.Fd first = open("/file");
    Files.move(store.getPath("/twin"), store.getPath("/file"), REPLACE_EXISTING);
    try (AsLibfuse.Fd direct = open("/file")) {
      first.close();
      try (AsLibfuse.Fd cached = open("/file")) {
        assertThat(cached.directIo).isFalse();
        assertThat(kernel.takeInvalidated()).isNotEmpty();
        direct.write("O", 0);
        assertThat(kernel.takeInvalidated()).containsOnly(cached.node.id);
      }
    }
  }

  /** CREATE does not tell that the new file has the node of one that is open. */
  @Test
  void a_file_created_where_an_open_one_was_waits_until_that_is_closed() throws IOException {
    Files.writeString(store.getPath("/file"), "first");
    AsLibfuse.Fd first = open("/file");
    Files.delete(store.getPath("/file"));
    try (AsLibfuse.Fd created = kernel.create("/file", 0100644)) {
      assertThat(created.node).isSameAs(first.node);
      AbstractOperationsContract.assertFails(Errno.ESTALE, () -> created.write("other", 0));
      AbstractOperationsContract.assertFails(Errno.ESTALE, () -> created.content());
      assertThat(kernel.takeInvalidated()).contains(first.node.id);
      assertThat(first.content()).isEqualTo("first");
      try (AsLibfuse.Fd direct = open("/file")) {
        direct.write("other", 0);
        assertThat(direct.content()).isEqualTo("other");
      }
      assertThat(kernel.takeInvalidated()).contains(first.node.id);
      first.close();
      assertThat(kernel.takeInvalidated()).contains(first.node.id);
      assertThat(created.content()).isEqualTo("other");
    }
  }

  @Test
  void no_pages_are_left_to_a_handle_whose_node_is_not_known() throws IOException {
    try (AsLibfuse.Fd created = kernel.create("/file", 0100644)) {
      try (AsLibfuse.Fd writer = open("/file")) {
        writer.write("content", 0);
        assertThat(writer.content()).isEqualTo("content");
        assertThat(kernel.takeInvalidated()).isEmpty();
      }
      assertThat(kernel.takeInvalidated()).containsOnly(created.node.id);
    }
    assertThat(kernel.takeInvalidated()).isEmpty();
  }

  @Test
  void a_change_that_fails_invalidates() throws IOException {
    try (AsLibfuse.Fd fd = kernel.create("/file", 0100644)) {
      fd.write("content", 0);
      AbstractOperationsContract.assertFails(Errno.EFBIG, () -> fd.write("x", Long.MAX_VALUE - 1));
      assertThat(kernel.takeInvalidated()).contains(fd.node.id);
    }
  }
}
