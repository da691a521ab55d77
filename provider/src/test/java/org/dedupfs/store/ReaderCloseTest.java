package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dedupfs.store.StoreFixture.bytes;
import static org.dedupfs.store.StoreFixture.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.OpenFile;
import org.dedupfs.tree.Tree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be stored is told to who wrote it, not to who only reads the file. */
class ReaderCloseTest {
  @TempDir Path directory;

  @Test
  void a_reader_closes_in_peace_a_file_of_which_a_write_cannot_be_stored() throws IOException {
    InodeNumber inode;
    try (Store store = StoreFixture.create(directory)) {
      write(store.tree(), "/file", bytes("some text"));
      inode = store.tree().lookup(InodeNumber.ROOT, bytes("/file"), true).inode().number();
    }
    new DamagedStore(directory).sql("DELETE FROM extents WHERE inode = " + inode.value());
    Store store = StoreFixture.open(directory);
    Tree tree = store.tree();
    OpenFile writer = tree.open(inode);
    writer.append(ByteBuffer.wrap(bytes("more of it")));
    assertThatThrownBy(writer::sync).isInstanceOf(IOException.class);
    OpenFile reader = tree.open(inode);
    ByteBuffer tail = ByteBuffer.allocate(10);
    assertThat(reader.read(9, tail)).isEqualTo(10);
    assertThat(tail.array()).isEqualTo(bytes("more of it"));
    reader.checkWritten();
    reader.close();
    assertThatThrownBy(writer::checkWritten).hasMessageContaining("cannot be stored");
    assertThatThrownBy(writer::close).hasMessageContaining("cannot be stored");
    assertThatThrownBy(store::close).isInstanceOf(IOException.class);
  }

  @Test
  void a_reader_closes_in_peace_with_durability_close_too() throws IOException {
    InodeNumber inode;
    try (Store store = StoreFixture.create(directory)) {
      write(store.tree(), "/file", bytes("some text"));
      inode = store.tree().lookup(InodeNumber.ROOT, bytes("/file"), true).inode().number();
    }
    new DamagedStore(directory).sql("DELETE FROM extents WHERE inode = " + inode.value());
    Store store =
        Store.open(
            directory, StoreFixture.options().durability(StoreOptions.Durability.CLOSE).build());
    Tree tree = store.tree();
    OpenFile writer = tree.open(inode);
    writer.append(ByteBuffer.wrap(bytes("more of it")));
    OpenFile reader = tree.open(inode);
    ByteBuffer tail = ByteBuffer.allocate(10);
    assertThat(reader.read(9, tail)).isEqualTo(10);
    try {
      reader.close();
    } finally {
      assertThatThrownBy(writer::close).isInstanceOf(IOException.class);
      assertThatThrownBy(store::close).isInstanceOf(IOException.class);
    }
  }
}
