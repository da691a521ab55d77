package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.dedupfs.store.StoreFixture.bytes;
import static org.dedupfs.store.StoreFixture.random;
import static org.dedupfs.store.StoreFixture.read;
import static org.dedupfs.store.StoreFixture.write;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dedupfs.StoreCreationException;
import org.dedupfs.StoreDamagedException;
import org.dedupfs.StoreException;
import org.dedupfs.StoreFormatException;
import org.dedupfs.StoreInUseException;
import org.dedupfs.StoreNotFoundException;
import org.dedupfs.StoreOptionMismatchException;
import org.dedupfs.metadata.JournalEntry;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.SqliteMetadataStore;
import org.dedupfs.metadata.SqliteOptions;
import org.dedupfs.testing.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in which opening fails: the exception, one line that says what to do, nothing lost. */
class StoreErrorsTest {
  @TempDir Path temp;

  private Path directory() {
    return temp.resolve("store");
  }

  private static StoreOptions opening() {
    return StoreFixture.options().build();
  }

  private static StoreOptions creating() {
    return StoreFixture.options().create(true).build();
  }

  /** Opens, and expects this failure with these words on one line. */
  private <E extends IOException> E fails(
      Class<E> type, Path path, StoreOptions options, String... words) {
    E failure = catchThrowableOfType(type, () -> Store.open(path, options).close());
    assertThat(failure).as("opening %s", path).isNotNull();
    assertThat(failure.getMessage()).contains(words).doesNotContain("\n");
    if (failure instanceof StoreException e) {
      assertThat(e.store()).isEqualTo(path.toString());
    }
    return failure;
  }

  private void createWithFile() throws IOException {
    try (Store store = StoreFixture.create(directory())) {
      write(store.tree(), "/f", random(1, 300_000));
    }
  }

  private void opensWithFile() throws IOException {
    try (Store store = StoreFixture.open(directory())) {
      assertThat(read(store.tree(), "/f")).isEqualTo(random(1, 300_000));
    }
  }

  @Test
  void a_missing_or_empty_directory_is_no_store() throws IOException {
    fails(StoreNotFoundException.class, directory(), opening(), "does not exist", "create=true");
    Files.createDirectory(directory());
    fails(StoreNotFoundException.class, directory(), opening(), "is empty", "create=true");
    assertThat(Store.isStore(directory())).isFalse();
    assertThat(Store.isStore(temp.resolve("x"))).isFalse();
    Store.open(directory(), creating()).close();
    assertThat(Store.isStore(directory())).isTrue();
  }

  @Test
  void a_file_is_no_store() throws IOException {
    Files.writeString(directory(), "no store");
    fails(StoreNotFoundException.class, directory(), opening(), "is not a directory");
    fails(StoreNotFoundException.class, directory(), creating(), "is not a directory");
    assertThat(Store.isStore(directory())).isFalse();
    assertThat(Files.readString(directory())).isEqualTo("no store");
  }

  @Test
  void a_directory_with_other_things_is_no_store_and_becomes_none() throws IOException {
    Files.createDirectory(directory());
    Files.writeString(directory().resolve("letter.txt"), "mine");
    fails(StoreNotFoundException.class, directory(), opening(), "not a store", "metadata.sqlite");
    fails(StoreCreationException.class, directory(), creating(), "not empty", "an empty");
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory())) {
      assertThat(files).containsExactly(directory().resolve("letter.txt"));
    }
  }

  @Test
  void a_store_is_not_made_where_there_is_no_parent_directory() {
    Path path = temp.resolve("x/store");
    fails(StoreCreationException.class, path, creating(), "no directory", temp.resolve("x") + "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"odd%FF", "%F0%9F%98%80"})
  void a_path_that_cannot_be_told_to_the_parts_of_a_store_is_refused(String name)
      throws IOException {
    Path odd = Path.of(URI.create(temp.toUri() + name));
    fails(FileSystemException.class, odd, creating(), "a store needs a path", "U+FFFF");
    assertThat(odd).doesNotExist();
    StoreOptions.Builder options = StoreFixture.options().create(true);
    StoreOptions blocks = options.blocksDirectory(odd).build();
    fails(FileSystemException.class, directory(), blocks, "a store needs a path");
    StoreOptions metadata = options.blocksDirectory(null).metadataDirectory(odd).build();
    fails(FileSystemException.class, directory(), metadata, "a store needs a path");
    assertThat(directory()).doesNotExist();
    // One that was moved there is not taken for damaged.
    Store.open(directory(), creating()).close();
    Files.move(directory(), odd);
    fails(FileSystemException.class, odd, opening(), "a store needs a path");
  }

  @Test
  void parts_that_lie_elsewhere_need_empty_directories() throws IOException {
    Path used = temp.resolve("used");
    Files.createDirectory(used);
    Files.writeString(used.resolve("letter.txt"), "mine");
    StoreOptions.Builder options = StoreFixture.options().create(true);
    fails(
        StoreCreationException.class,
        directory(),
        options.blocksDirectory(used).build(),
        "not an empty directory");
    fails(
        StoreCreationException.class,
        directory(),
        options.blocksDirectory(null).metadataDirectory(used).build(),
        used.toString());
    Store.open(directory(), creating()).close();
  }

  @Test
  void a_store_open_in_this_process_is_not_opened_twice() throws IOException {
    try (Store store = StoreFixture.create(directory())) {
      StoreInUseException failure =
          fails(StoreInUseException.class, directory(), opening(), "this process", "close it");
      assertThat(failure.pid()).hasValue(ProcessHandle.current().pid());
      StoreOptions reading = StoreFixture.options().readOnly(true).build();
      fails(StoreInUseException.class, directory(), reading, "this process");
      write(store.tree(), "/f", random(1, 300_000));
    }
    opensWithFile();
  }

  @Test
  void a_store_open_in_another_process_is_told_with_its_pid() throws IOException {
    createWithFile();
    try (ChildJvm child =
        ChildJvm.start(List.of(), StoreHolder.class, directory().toString(), "write")) {
      child.await("open");
      StoreInUseException failure =
          fails(StoreInUseException.class, directory(), opening(), "process " + child.pid());
      assertThat(failure.pid()).hasValue(child.pid());
      child.kill();
      opensWithFile();
    }
  }

  @Test
  void readers_in_two_processes_keep_writers_out_and_not_each_other() throws IOException {
    createWithFile();
    try (ChildJvm child =
        ChildJvm.start(List.of(), StoreHolder.class, directory().toString(), "read")) {
      child.await("open");
      StoreInUseException failure =
          fails(StoreInUseException.class, directory(), opening(), "another process");
      assertThat(failure.pid()).isEmpty();
      StoreOptions reading = StoreFixture.options().readOnly(true).build();
      try (Store store = Store.open(directory(), reading)) {
        assertThat(read(store.tree(), "/f")).isEqualTo(random(1, 300_000));
      }
    }
    opensWithFile();
  }

  @Test
  void a_store_copied_without_its_lock_is_a_store() throws IOException {
    createWithFile();
    Files.delete(directory().resolve("lock"));
    assertThat(Store.isStore(directory())).isTrue();
    Store.open(directory(), StoreFixture.options().readOnly(true).build()).close();
    Files.delete(directory().resolve("lock"));
    opensWithFile();
  }

  @Test
  void a_newer_format_is_refused() throws IOException {
    createWithFile();
    putProperty(StoreIdentity.FORMAT_PROPERTY, "2");
    fails(StoreFormatException.class, directory(), opening(), "format 2", "newer DedupFS");
    putProperty(StoreIdentity.FORMAT_PROPERTY, "1");
    opensWithFile();
  }

  @Test
  void an_identity_that_makes_no_sense_is_damage() throws IOException {
    createWithFile();
    putProperty(StoreIdentity.FORMAT_PROPERTY, "one");
    fails(StoreDamagedException.class, directory(), opening(), "identity");
    putProperty(StoreIdentity.FORMAT_PROPERTY, "1");
    putProperty("chunking", "cdc:63k");
    fails(StoreDamagedException.class, directory(), opening(), "chunking");
    putProperty("chunking", "cdc:64k");
    opensWithFile();
  }

  @Test
  void a_row_that_opening_needs_and_cannot_read_is_damage() throws IOException {
    createWithFile();
    DamagedStore store = new DamagedStore(directory());
    for (String name : List.of("uuid", "hash", "counter.files")) {
      String where = " WHERE name = CAST('" + name + "' AS BLOB)";
      store.sql("UPDATE property SET crc = crc + 1" + where);
      fails(StoreDamagedException.class, directory(), opening(), "checksum", "repair");
      store.sql("UPDATE property SET crc = crc - 1" + where);
    }
    opensWithFile();
  }

  @Test
  void a_journal_that_is_no_block_is_damage() throws IOException {
    createWithFile();
    new DamagedStore(directory())
        .change(batch -> batch.put(new JournalEntry(1, StoreFixture.random(3, 100))));
    fails(StoreDamagedException.class, directory(), opening(), "block #1", "repair");
  }

  private void putProperty(String name, String value) throws IOException {
    try (MetadataStore metadata = SqliteMetadataStore.open(directory(), SqliteOptions.DEFAULT)) {
      metadata.commit(new MetadataBatch().put(new Property(name, value)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"metadata.sqlite", "blocks/CURRENT", "blocks"})
  void a_missing_part_is_named(String name) throws IOException {
    createWithFile();
    Path part = directory().resolve(name);
    Path aside = temp.resolve("aside");
    Files.move(part, aside);
    fails(StoreDamagedException.class, directory(), opening(), part.toString(), "from a copy");
    fails(StoreDamagedException.class, directory(), creating(), part.toString());
    Files.move(aside, part);
    opensWithFile();
  }

  @Test
  void a_missing_table_of_blocks_is_named() throws IOException {
    createWithFile();
    Path table;
    try (DirectoryStream<Path> tables =
        Files.newDirectoryStream(directory().resolve("blocks"), "*.sst")) {
      table = tables.iterator().next();
    }
    Path aside = temp.resolve("aside");
    Files.move(table, aside);
    fails(
        StoreDamagedException.class,
        directory(),
        opening(),
        table.getFileName().toString(),
        "from a copy");
    Files.move(aside, table);
    opensWithFile();
  }

  @ParameterizedTest
  @ValueSource(strings = {"metadata.sqlite", "blocks/CURRENT"})
  void an_overwritten_part_is_damage(String name) throws IOException {
    createWithFile();
    Path part = directory().resolve(name);
    byte[] good = Files.readAllBytes(part);
    Files.write(
        part,
        "this is not what was written here before".repeat(100).getBytes(StandardCharsets.US_ASCII));
    fails(StoreDamagedException.class, directory(), opening(), directory().toString());
    Files.write(part, good);
    opensWithFile();
  }

  @Test
  void an_option_that_is_fixed_is_not_changed_later() throws IOException {
    createWithFile();
    StoreOptions.Builder options = StoreFixture.options();
    StoreOptionMismatchException failure =
        fails(
            StoreOptionMismatchException.class,
            directory(),
            options.chunking("fixed:128k").build(),
            "chunking=cdc:64k",
            "chunking=fixed:128k");
    assertThat(failure.option()).isEqualTo("chunking");
    assertThat(failure.recorded()).isEqualTo("cdc:64k");
    assertThat(failure.given()).isEqualTo("fixed:128k");
    options.chunking("cdc:64K");
    fails(StoreOptionMismatchException.class, directory(), options.hash("SHA-512").build(), "hash");
    options.hash("sha-256");
    fails(
        StoreOptionMismatchException.class,
        directory(),
        options.blocksDirectory(temp).build(),
        "blocksDirectory");
    options.blocksDirectory(directory().resolve("blocks"));
    fails(
        StoreOptionMismatchException.class,
        directory(),
        options.metadataDirectory(temp).build(),
        "metadataDirectory");
    Store.open(directory(), options.metadataDirectory(directory()).build()).close();
    opensWithFile();
  }

  @Test
  void options_that_make_no_sense_are_refused_before_anything_is_touched() {
    for (StoreOptions.Builder bad :
        List.of(
            StoreFixture.options().chunking("cdc:63k"),
            StoreFixture.options().hash("MD5"),
            StoreFixture.options().compression("zstd:20"),
            StoreFixture.options().memoryBytes(1 << 20),
            StoreFixture.options().threads(0),
            StoreFixture.options().readOnly(true))) {
      assertThatThrownBy(() -> Store.open(directory(), bad.create(true).build()))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(directory()).doesNotExist();
  }

  @Test
  void a_creation_that_was_interrupted_is_begun_anew_when_asked_to() throws IOException {
    Files.createDirectory(directory());
    StoreDirectory.writeFile(directory().resolve(StoreDirectory.CREATING), "");
    fails(StoreNotFoundException.class, directory(), opening(), "interrupted", "create=true");
    SqliteMetadataStore.create(directory(), SqliteOptions.DEFAULT).close();
    Files.createDirectory(directory().resolve("blocks"));
    Files.writeString(directory().resolve("blocks/LOG"), "half");
    fails(StoreNotFoundException.class, directory(), opening(), "interrupted", "create=true");
    try (Store store = Store.open(directory(), creating())) {
      write(store.tree(), "/f", random(1, 300_000));
    }
    opensWithFile();
  }

  @Test
  void a_creation_that_lacked_only_its_last_step_is_complete() throws IOException {
    createWithFile();
    StoreDirectory.writeFile(directory().resolve(StoreDirectory.CREATING), "");
    opensWithFile();
    assertThat(directory().resolve(StoreDirectory.CREATING)).doesNotExist();
  }

  /** The settings of the block store are on disk before the store has its identity. */
  @Test
  void a_creation_that_was_interrupted_behind_its_block_store_is_begun_anew() throws IOException {
    StoreFixture.create(directory()).close();
    try (DirectoryStream<Path> tables =
        Files.newDirectoryStream(directory().resolve("blocks"), "*.sst")) {
      assertThat(tables).isNotEmpty();
    }
    StoreDirectory.writeFile(directory().resolve(StoreDirectory.CREATING), "");
    Files.delete(directory().resolve("metadata.sqlite"));
    try (Store store = Store.open(directory(), creating())) {
      write(store.tree(), "/f", random(1, 300_000));
    }
    opensWithFile();
  }

  @Test
  void an_interrupted_creation_with_blocks_is_left_alone() throws IOException {
    createWithFile();
    StoreDirectory.writeFile(directory().resolve(StoreDirectory.CREATING), "");
    Path aside = temp.resolve("aside");
    Files.move(directory().resolve("metadata.sqlite"), aside);
    fails(StoreDamagedException.class, directory(), creating(), "blocks", "move them away");
    Files.move(aside, directory().resolve("metadata.sqlite"));
    opensWithFile();
  }

  @Test
  void a_store_on_media_that_cannot_be_written_is_only_read() throws IOException {
    createWithFile();
    try (ChildJvm child = onReadOnlyMedia(directory(), "write")) {
      assertThat(child.await("failed ")).contains("AccessDenied", "readOnly=true");
    }
    try (ChildJvm child = onReadOnlyMedia(directory(), "read")) {
      child.await("open");
      assertThat(child.await("read ")).isEqualTo("300000");
    }
    opensWithFile();
  }

  @Test
  void a_killed_store_on_media_that_cannot_be_written_is_refused() throws IOException {
    Path killed = temp.resolve("killed");
    try (Store store = StoreFixture.create(directory())) {
      write(store.tree(), "/f", bytes("text"));
      store.syncAll();
      StoreFixture.copy(directory(), killed);
    }
    try (ChildJvm child = onReadOnlyMedia(killed, "read")) {
      assertThat(child.await("failed ")).contains("StoreNotClean", "not closed cleanly", "copy it");
    }
    StoreFixture.open(killed).close();
    try (ChildJvm child = onReadOnlyMedia(killed, "read")) {
      child.await("open");
    }
  }

  /** A child that sees the directory mounted read-only, in a mount namespace of its own. */
  private static ChildJvm onReadOnlyMedia(Path directory, String mode) throws IOException {
    String script =
        "mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind \"$1\" && shift && exec \"$@\"";
    return ChildJvm.start(
        List.of("unshare", "-rm", "sh", "-c", script, "sh", directory.toString()),
        StoreHolder.class,
        directory.toString(),
        mode);
  }
}
