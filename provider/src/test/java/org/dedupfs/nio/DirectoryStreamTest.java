package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.dedupfs.testing.ScratchDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StreamResourceLeak") // listed() closes, and some stay open on purpose.
class DirectoryStreamTest extends SideBySide {

  @BeforeEach
  void makeFiles() throws Exception {
    both(
        d -> {
          for (String name : List.of("a.txt", "b.txt", "c.java", ".hidden")) {
            Files.createFile(d.resolve(name));
          }
          Files.createDirectory(d.resolve("sub"));
          Files.createSymbolicLink(d.resolve("link"), d.getFileSystem().getPath("sub"));
        });
  }

  private static List<String> listed(DirectoryStream<Path> stream) throws IOException {
    try (stream) {
      List<String> names = new java.util.ArrayList<>();
      stream.forEach(path -> names.add(path.toString().replace(path.getFileSystem() + "", "")));
      names.sort(null);
      return names.stream().map(name -> name.substring(name.lastIndexOf('/') + 1)).toList();
    }
  }

  @Test
  void all_entries_come_and_no_dots() {
    same(d -> listed(Files.newDirectoryStream(d)));
    same(d -> listed(Files.newDirectoryStream(d.resolve("sub"))));
    same(d -> listed(Files.newDirectoryStream(d.resolve("link"))));
  }

  @Test
  void entries_are_resolved_against_the_path_given() {
    same(
        d -> {
          try (var stream = Files.newDirectoryStream(d.resolve("sub/.."), "a*")) {
            return stream.iterator().next();
          }
        });
  }

  @Test
  void globs_and_filters_choose() {
    same(d -> listed(Files.newDirectoryStream(d, "*.{txt,java}")));
    same(d -> listed(Files.newDirectoryStream(d, Files::isDirectory)));
    same(d -> listed(Files.newDirectoryStream(d, "[")));
  }

  @Test
  void what_is_no_directory_is_refused() {
    for (String name : List.of("a.txt", "a.txt/x", "none", "none/x")) {
      same(d -> Files.newDirectoryStream(d.resolve(name)));
    }
  }

  @Test
  void there_is_one_iterator() {
    same(
        d -> {
          try (var stream = Files.newDirectoryStream(d)) {
            return List.of(stream.iterator(), stream.iterator());
          }
        });
  }

  @Test
  void a_closed_stream_has_no_iterator_and_an_iterator_ends() {
    same(
        d -> {
          var stream = Files.newDirectoryStream(d);
          stream.close();
          stream.close();
          return stream.iterator();
        });
    same(
        d -> {
          var stream = Files.newDirectoryStream(d.resolve("sub"));
          Iterator<Path> entries = stream.iterator();
          stream.close();
          return entries.hasNext();
        });
  }

  @Test
  @SuppressWarnings("try") // Closing it within is what this is about.
  void an_iterator_ends_when_the_stream_is_closed_under_way() {
    same(
        d -> {
          int count = 0;
          try (var stream = Files.newDirectoryStream(d)) {
            for (Path entry : stream) {
              count += entry.getNameCount() > 0 ? 1 : 0;
              stream.close();
            }
          }
          return count;
        });
  }

  @Test
  void the_iterator_ends_properly_and_removes_nothing() {
    same(
        d -> {
          try (var stream = Files.newDirectoryStream(d.resolve("sub"))) {
            return stream.iterator().next();
          }
        });
    same(
        d -> {
          try (var stream = Files.newDirectoryStream(d)) {
            Iterator<Path> entries = stream.iterator();
            entries.next();
            entries.remove();
            return "";
          }
        });
    assertThatThrownBy(
            () -> {
              try (var stream = Files.newDirectoryStream(ours.resolve("sub"))) {
                stream.iterator().next();
              }
            })
        .isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void a_failing_filter_stops_the_iteration() {
    IOException failure = new IOException("filter");
    same(
        d ->
            listed(
                Files.newDirectoryStream(
                    d,
                    path -> {
                      throw failure;
                    })));
    assertThatThrownBy(
            () ->
                listed(
                    Files.newDirectoryStream(
                        ours,
                        path -> {
                          throw failure;
                        })))
        .isInstanceOf(DirectoryIteratorException.class)
        .hasCause(failure);
  }

  @Test
  void entries_that_stay_come_once_whatever_else_comes_and_goes() throws IOException {
    Path many = Files.createDirectory(ours.resolve("sub/many"));
    for (int i = 0; i < 1500; i++) {
      Files.createFile(many.resolve("stays" + i));
      Files.createFile(many.resolve("goes" + i));
    }
    Set<String> seen = new HashSet<>();
    int step = 0;
    try (var stream = Files.newDirectoryStream(many)) {
      for (Path entry : stream) {
        assertThat(seen.add(entry.getFileName().toString())).as("%s once", entry).isTrue();
        if (step < 1500) {
          Files.delete(many.resolve("goes" + step));
          Files.createFile(many.resolve("comes" + step));
        }
        step++;
      }
    }
    for (int i = 0; i < 1500; i++) {
      assertThat(seen).contains("stays" + i);
    }
    ScratchDirectory.delete(many);
  }

  @Test
  void a_directory_can_be_emptied_and_removed_while_it_is_listed() throws IOException {
    Path many = Files.createDirectory(ours.resolve("sub/many"));
    for (int i = 0; i < 600; i++) {
      Files.createFile(many.resolve("n" + i));
    }
    int seen = 0;
    try (var stream = Files.newDirectoryStream(many)) {
      for (Path entry : stream) {
        Files.delete(entry);
        seen++;
      }
      assertThat(seen).isEqualTo(600);
      Files.delete(many);
    }
    Path gone = Files.createDirectory(ours.resolve("sub/gone"));
    try (var stream = Files.newDirectoryStream(gone)) {
      Files.delete(gone);
      assertThat(stream).isEmpty();
    }
  }

  @Test
  void trees_can_be_walked_and_found() {
    same(
        d -> {
          try (var walk = Files.walk(d)) {
            return walk.map(path -> d.relativize(path).toString()).sorted().toList();
          }
        });
    same(
        d -> {
          try (var found = Files.find(d, 5, (path, attributes) -> attributes.isSymbolicLink())) {
            return found.map(path -> d.relativize(path).toString()).toList();
          }
        });
  }
}
