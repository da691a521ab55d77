package org.dedupfs.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.tree.TreeFixture.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.dedupfs.metadata.Inode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the first DedupFS of 2010 got wrong with names and attributes; each once. */
class AncestorDefectsTest {
  private TreeFixture fs;

  @BeforeEach
  void open() throws IOException {
    fs = TreeFixture.open();
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
  }

  private static ByteBuffer buffer(String text) {
    return ByteBuffer.wrap(bytes(text));
  }

  @Test
  void reading_a_file_leaves_its_modification_time_and_bytes() throws IOException {
    fs.write("/f", "text");
    fs.tree.setAttributes(
        fs.lstat("/f").number(),
        AttributeChange.NONE.withTimes(null, 1_557_014_400_000_000_000L, null));
    fs.commit();
    fs.clock.advance(Duration.ofHours(1));
    long generation;
    try (OpenFile file = fs.open("/f")) {
      generation = file.generation();
      assertThat(TreeFixture.read(file)).isEqualTo("text");
      assertThat(file.generation()).isEqualTo(generation);
    }
    assertThat(fs.lstat("/f").modifyNanos()).isEqualTo(1_557_014_400_000_000_000L);
  }

  @Test
  void truncated_bytes_never_come_back() throws IOException {
    try (OpenFile file = fs.createAndOpen("/f")) {
      file.write(0, buffer("A".repeat(200_000)));
      file.setSize(1000);
      file.setSize(2000);
      assertThat(TreeFixture.read(file)).isEqualTo("A".repeat(1000) + "\0".repeat(1000));
      assertThat(file.stat().sizeBytes()).isEqualTo(2000);
    }
  }

  @Test
  void a_file_that_grew_by_a_hole_keeps_its_size() throws IOException {
    try (OpenFile file = fs.createAndOpen("/f")) {
      file.setSize(1_000_000);
    }
    assertThat(fs.read("/f")).isEqualTo("\0".repeat(1_000_000));
    assertThat(fs.lstat("/f").sizeBytes()).isEqualTo(1_000_000);
  }

  @Test
  void the_size_is_told_before_closing() throws IOException {
    try (OpenFile file = fs.createAndOpen("/f")) {
      file.write(0, buffer("four"));
      assertThat(fs.lstat("/f").sizeBytes()).isEqualTo(4);
      file.append(buffer("teen"));
      assertThat(fs.read("/f")).isEqualTo("fourteen");
    }
  }

  @Test
  void renaming_a_file_that_is_being_written_loses_nothing() throws IOException {
    try (OpenFile file = fs.createAndOpen("/f")) {
      file.append(buffer("before "));
      fs.rename("/f", "/g");
      file.append(buffer("after"));
    }
    assertThat(fs.read("/g")).isEqualTo("before after");
  }

  @Test
  void nanoseconds_are_nanoseconds() throws IOException {
    Inode f = fs.create("/f");
    long nanos = 1_700_000_000_123_456_789L;
    fs.tree.setAttributes(f.number(), AttributeChange.NONE.withTimes(nanos, nanos, null));
    fs.commit();
    fs.crash();
    assertThat(fs.lstat("/f").accessNanos()).isEqualTo(nanos);
    assertThat(fs.lstat("/f").modifyNanos()).isEqualTo(nanos);
  }

  @Test
  void what_was_synced_survives_a_crash_of_an_open_file() throws IOException {
    OpenFile file = fs.createAndOpen("/f");
    file.write(0, buffer("synced"));
    file.sync();
    file.append(buffer(" and lost"));
    fs.crash();
    assertThat(fs.read("/f")).isEqualTo("synced");
  }

  @Test
  void renaming_onto_an_own_hard_link_leaves_both() throws IOException {
    fs.write("/a", "text");
    fs.link("/a", "/b");
    fs.rename("/a", "/b");
    assertThat(fs.read("/a")).isEqualTo("text");
    assertThat(fs.read("/b")).isEqualTo("text");
  }

  @Test
  void the_bytes_of_a_replaced_open_file_do_not_mix_with_the_new_ones() throws IOException {
    fs.write("/new", "new");
    try (OpenFile old = fs.createAndOpen("/f")) {
      old.append(buffer("old"));
      fs.rename("/new", "/f");
      old.append(buffer("er"));
      assertThat(TreeFixture.read(old)).isEqualTo("older");
    }
    assertThat(fs.read("/f")).isEqualTo("new");
  }

  @Test
  void the_first_of_two_handles_may_be_closed() throws IOException {
    OpenFile first = fs.createAndOpen("/f");
    try (OpenFile second = fs.open("/f")) {
      first.append(buffer("one "));
      first.close();
      second.append(buffer("two"));
    }
    assertThat(fs.read("/f")).isEqualTo("one two");
  }

  @Test
  void change_access_and_directory_times_are_kept() throws IOException {
    fs.mkdir("/d");
    fs.write("/d/f", "text");
    long changed = fs.clock.advance(Duration.ofSeconds(1));
    Inode f = fs.lstat("/d/f");
    fs.tree.setAttributes(f.number(), AttributeChange.NONE.withPermissions(0600));
    assertThat(fs.lstat("/d/f").changeNanos()).isEqualTo(changed);
    long read = fs.clock.advance(Duration.ofSeconds(1));
    fs.read("/d/f");
    assertThat(fs.lstat("/d/f").accessNanos()).isEqualTo(read);
    long removed = fs.clock.advance(Duration.ofSeconds(1));
    fs.unlink("/d/f");
    assertThat(fs.lstat("/d").modifyNanos()).isEqualTo(removed);
  }

  @Test
  void names_of_255_bytes_and_extended_attributes_work() throws IOException {
    String name = "/" + "n".repeat(255);
    Inode f = fs.create(name);
    fs.tree.setXattr(f.number(), bytes("user.a"), bytes("v"), false, true);
    fs.commit();
    fs.crash();
    assertThat(fs.tree.getXattr(fs.lstat(name).number(), bytes("user.a"))).isEqualTo(bytes("v"));
  }
}
