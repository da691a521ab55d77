package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.DirectoryCursor;
import org.dedupfs.DirectoryCursor.Entry;
import org.junit.jupiter.api.Test;

class DirectoryCursorTest extends InStore {

  private static List<String> names(List<Entry> entries) {
    return entries.stream().map(e -> new String(e.name(), StandardCharsets.UTF_8)).toList();
  }

  @Test
  void every_name_that_stays_is_told_once_whatever_comes_and_goes() throws Exception {
    List<String> staying = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      staying.add(Files.createFile(directory.resolve("stay" + i)).getFileName().toString());
      Files.createFile(directory.resolve("go" + i));
    }
    List<String> seen = new ArrayList<>();
    try (DirectoryCursor cursor = fs.openDirectory(directory)) {
      long place = DirectoryCursor.START;
      int round = 0;
      for (List<Entry> some = cursor.read(place, 7); !some.isEmpty(); ) {
        seen.addAll(names(some));
        place = some.get(some.size() - 1).cookie();
        Files.deleteIfExists(directory.resolve("go" + round));
        Files.createFile(directory.resolve("new" + round++));
        some = cursor.read(place, 7);
      }
    }
    assertThat(seen).doesNotHaveDuplicates().containsAll(staying);
  }

  @Test
  void reading_goes_on_behind_an_entry_that_has_gone_and_after_reopening() throws Exception {
    for (String name : List.of("a", "b", "c", "d", "e")) {
      Files.createFile(directory.resolve(name));
    }
    List<Entry> all;
    try (DirectoryCursor cursor = fs.openDirectory(directory)) {
      all = cursor.read(DirectoryCursor.START, 100);
    }
    Files.delete(directory.resolve(names(all).get(2)));
    try (DirectoryCursor cursor = fs.openDirectory(directory)) {
      assertThat(names(cursor.read(all.get(2).cookie(), 100))).isEqualTo(names(all.subList(3, 5)));
      assertThat(names(cursor.read(all.get(1).cookie(), 1))).isEqualTo(names(all.subList(3, 4)));
      assertThat(cursor.read(all.get(4).cookie(), 100)).isEmpty();
    }
  }

  @Test
  void entries_tell_inode_and_type_and_attributes() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), fs.getPath("nowhere"));
    try (DirectoryCursor cursor = fs.openDirectory(directory)) {
      Entry entry = cursor.read(DirectoryCursor.START, 1).get(0);
      assertThat(entry.type()).isEqualTo(0120000);
      assertThat(cursor.attributes(entry).isSymbolicLink()).isTrue();
      assertThat(cursor.attributes(entry).ino()).isEqualTo(entry.ino());
      Files.delete(link);
      assertThatThrownBy(() -> cursor.attributes(entry))
          .isInstanceOf(NoSuchFileException.class)
          .hasMessage(link.toString());
    }
  }

  @Test
  void it_stays_with_the_directory() throws Exception {
    Path moving = Files.createDirectory(directory.resolve("moving"));
    try (DirectoryCursor cursor = fs.openDirectory(moving)) {
      Path moved = Files.move(moving, directory.resolve("moved"));
      Files.createFile(moved.resolve("a"));
      assertThat(names(cursor.read(DirectoryCursor.START, 9))).containsExactly("a");
      assertThat(cursor.attributes().isDirectory()).isTrue();
      Files.delete(moved.resolve("a"));
      Files.delete(moved);
      assertThat(cursor.read(DirectoryCursor.START, 9)).isEmpty();
    }
  }

  @Test
  void what_is_no_directory_of_this_store_is_refused() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> fs.openDirectory(file)).isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> fs.openDirectory(directory.resolve("missing")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> fs.openDirectory(FileSystems.getDefault().getPath("/")))
        .isInstanceOf(ProviderMismatchException.class);
    DirectoryCursor cursor = fs.openDirectory(directory);
    assertThatThrownBy(() -> cursor.read(0, 0)).isInstanceOf(IllegalArgumentException.class);
    cursor.close();
    cursor.close();
    assertThatThrownBy(() -> cursor.read(0, 1)).isInstanceOf(ClosedDirectoryStreamException.class);
  }
}
