package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.RowKey;
import org.junit.jupiter.api.Test;

/** Commits while some file cannot be stored: it is told, and the others are committed. */
class DamagedFileCommitTest extends TextFiles {
  @Test
  void bytes_beside_a_damaged_block_can_still_be_written() throws IOException {
    String old = "0123456789".repeat(2000);
    InodeNumber inode = fileWith(old);
    fixture.content().syncAll();
    fixture.blocks().flush();
    fixture.blocks().corrupt(fixture.blocks().stored().iterator().next());
    write(inode, "appended");
    fixture.reopen();
    FileContent file = fixture.content().acquire(inode);
    ByteBuffer tail = ByteBuffer.allocate(8);
    assertThat(file.read(old.length(), tail)).isEqualTo(8);
    assertThat(new String(tail.array(), StandardCharsets.UTF_8)).isEqualTo("appended");
    assertThatThrownBy(() -> file.read(0, ByteBuffer.allocate(10)))
        .isInstanceOf(DamagedContentException.class)
        .hasMessageContaining("bytes 0 to ");
    fixture.content().release(file);
  }

  @Test
  void a_file_that_meets_an_error_is_told_and_the_others_are_committed() throws IOException {
    InodeNumber unlucky = fileWith("unlucky");
    fixture.content().syncAll(); // or a worker, which cuts a closed file, would meet the error
    FileContent unluckyFile = fixture.content().acquire(unlucky);
    InodeNumber other = fixture.createFile();
    FileContent otherFile = fixture.content().acquire(other);
    fixture.onBlocks(
        (method, arguments) -> {
          if (method.equals("hash")) {
            fixture.onBlocks((any, all) -> {});
            throw new OutOfMemoryError("by request");
          }
        });
    unluckyFile.append(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    assertThatThrownBy(() -> fixture.content().syncAll())
        .isInstanceOf(IOException.class)
        .hasRootCauseInstanceOf(OutOfMemoryError.class);
    otherFile.append(ByteBuffer.wrap("text".getBytes(StandardCharsets.UTF_8)));
    fixture.content().sync(otherFile);
    fixture.content().sync(unluckyFile);
    fixture.crash();
    assertThat(text(other)).isEqualTo("text");
    assertThat(fixture.readAll(unlucky)).hasSize(10).endsWith(1, 2, 3);
  }

  @Test
  void damaged_extents_of_one_file_do_not_keep_the_others_from_being_committed()
      throws IOException {
    InodeNumber damaged = fileWith("some text");
    fixture.content().syncAll();
    fixture.metadata().commit(new MetadataBatch().delete(RowKey.extents(damaged, 0)));
    fixture.reopen();
    write(damaged, "more of it");
    InodeNumber sound = fileWith("sound");
    assertThatThrownBy(() -> fixture.content().syncAll())
        .hasRootCauseInstanceOf(MetadataDamagedException.class);
    fixture.crash();
    assertThat(text(sound)).isEqualTo("sound");
    assertThatThrownBy(() -> fixture.readAll(damaged)).isInstanceOf(MetadataDamagedException.class);
  }

  /** Two files, one without its only page of extents and with "more of it" appended. */
  private InodeNumber damagedBeside(InodeNumber sound) throws IOException {
    InodeNumber damaged = fileWith("some text");
    fixture.content().syncAll();
    fixture.metadata().commit(new MetadataBatch().delete(RowKey.extents(damaged, 0)));
    fixture.reopen();
    write(damaged, "more of it");
    write(sound, "!");
    assertThatThrownBy(() -> fixture.content().syncAll())
        .hasRootCauseInstanceOf(MetadataDamagedException.class);
    return damaged;
  }

  @Test
  void a_file_that_cannot_be_stored_keeps_no_sweep_from_its_work() throws IOException {
    InodeNumber sound = fileWith("sound");
    InodeNumber damaged = damagedBeside(sound);
    assertThat(fixture.content().syncStorable()).isOne();
    assertThat(fixture.blocks().stored()).hasSize(4);
    fixture.sweep();
    // "sound" and "some text" are named no more
    assertThat(fixture.blocks().stored()).hasSize(2);
    FileContent file = fixture.content().acquire(damaged);
    ByteBuffer tail = ByteBuffer.allocate(10);
    assertThat(file.read(9, tail)).isEqualTo(10);
    assertThat(new String(tail.array(), StandardCharsets.UTF_8)).isEqualTo("more of it");
    assertThatThrownBy(() -> fixture.content().release(file)).hasMessageContaining("stored");
    fixture.crash();
    assertThat(text(sound)).isEqualTo("sound!");
  }

  @Test
  void truncating_a_damaged_file_to_nothing_heals_it() throws IOException {
    InodeNumber sound = fileWith("sound");
    InodeNumber damaged = damagedBeside(sound);
    FileContent file = fixture.content().acquire(damaged);
    file.setSize(0);
    file.append(ByteBuffer.wrap("new".getBytes(StandardCharsets.UTF_8)));
    fixture.content().sync(file);
    fixture.content().release(file);
    assertThat(text(damaged)).isEqualTo("new");
    fixture.content().syncAll();
    fixture.checkExtents();
    assertThat(fixture.live().counter(Counter.LOGICAL_BYTES)).isEqualTo(9);
    fixture.crash();
    assertThat(text(damaged)).isEqualTo("new");
    assertThat(text(sound)).isEqualTo("sound!");
  }

  @Test
  void what_is_behind_the_new_end_of_a_damaged_file_does_not_heal_it() throws IOException {
    InodeNumber damaged = damagedBeside(fileWith("sound"));
    FileContent file = fixture.content().acquire(damaged);
    file.setSize(3);
    assertThatThrownBy(() -> fixture.content().sync(file)).hasMessageContaining("extents of");
    assertThatThrownBy(() -> fixture.content().release(file)).hasMessageContaining("stored");
    fixture.crash();
  }

  @Test
  void a_source_that_cannot_be_stored_keeps_no_other_file_from_being_committed()
      throws IOException {
    InodeNumber source = fileWith("some text");
    fixture.content().syncAll();
    fixture.metadata().commit(new MetadataBatch().delete(RowKey.extents(source, 0)));
    fixture.reopen();
    FileContent file = fixture.content().acquire(source);
    file.append(ByteBuffer.wrap(new byte[100]));
    try (Change change = fixture.live().begin()) {
      fixture.content().requireInNextCommit(source);
      change.publish();
    }
    InodeNumber other = fileWith("other");
    sync(other);
    assertThatThrownBy(() -> fixture.content().sync(file)).hasMessageContaining("extents of");
    assertThatThrownBy(() -> file.append(ByteBuffer.wrap(new byte[1])))
        .hasMessageContaining("cannot be stored");
    assertThatThrownBy(file::checkWritten).hasMessageContaining("cannot be stored");
    assertThatThrownBy(() -> fixture.content().release(file))
        .hasMessageContaining("cannot be stored");
    ByteBuffer tail = ByteBuffer.allocate(100);
    assertThat(file.read(9, tail)).as("it can still be read").isEqualTo(100);
    fixture.crash();
    assertThat(text(other)).isEqualTo("other");
  }
}
