package org.dedupfs.nio;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of source onto every kind of target, with every option. */
class CopyMoveDifferentialTest extends SideBySide {
  private static final List<String> KINDS =
      List.of("file", "other", "same", "empty", "full", "toFile", "toFull", "broken", "missing");
  private static final List<String> SOURCES =
      List.of("file", "empty", "full", "toFile", "toFull", "broken", "missing");
  private static final List<String> ODD_TARGETS = List.of("file/x", "missing/x", "full/new", ".");

  private static void populate(Path d) throws IOException {
    Files.createDirectory(d);
    Files.writeString(d.resolve("file"), "content");
    Files.setPosixFilePermissions(d.resolve("file"), PosixFilePermissions.fromString("rwxr-x-w-"));
    Files.writeString(d.resolve("other"), "other content");
    Files.createLink(d.resolve("same"), d.resolve("file"));
    Files.createDirectory(d.resolve("empty"));
    Files.createDirectory(d.resolve("full"));
    Files.writeString(d.resolve("full/inner"), "inner");
    for (Map.Entry<String, String> link :
        Map.of("toFile", "file", "toFull", "full", "broken", "nowhere").entrySet()) {
      Files.createSymbolicLink(
          d.resolve(link.getKey()), d.getFileSystem().getPath(link.getValue()));
    }
  }

  static Stream<List<CopyOption>> copyOptions() {
    return Stream.of(
        List.of(),
        List.of(REPLACE_EXISTING),
        List.of(LinkOption.NOFOLLOW_LINKS),
        List.of(REPLACE_EXISTING, LinkOption.NOFOLLOW_LINKS, COPY_ATTRIBUTES));
  }

  static Stream<List<CopyOption>> moveOptions() {
    return Stream.of(
        List.of(),
        List.of(REPLACE_EXISTING),
        List.of(ATOMIC_MOVE),
        List.of(LinkOption.NOFOLLOW_LINKS, REPLACE_EXISTING));
  }

  @ParameterizedTest
  @MethodSource("copyOptions")
  void copies_are_those_of_unix(List<CopyOption> options) throws Exception {
    every(options, (source, target) -> Files.copy(source, target, array(options)));
  }

  @ParameterizedTest
  @MethodSource("moveOptions")
  void moves_are_those_of_unix(List<CopyOption> options) throws Exception {
    every(options, (source, target) -> Files.move(source, target, array(options)));
  }

  private interface Transfer {
    Path run(Path source, Path target) throws IOException;
  }

  private static CopyOption[] array(List<CopyOption> options) {
    return options.toArray(CopyOption[]::new);
  }

  private void every(List<CopyOption> options, Transfer transfer) throws Exception {
    for (String source : SOURCES) {
      for (String target : concat(KINDS, ODD_TARGETS)) {
        if (source.equals(target) && source.startsWith("to")) {
          continue; // The JDK destroys a link that is replaced by what it leads to.
        }
        String name = source + " onto " + target.replace('/', '|');
        both(d -> populate(d.resolve(name)));
        sameKind(
            d -> {
              try {
                return transfer.run(
                    d.resolve(name).resolve(source), d.resolve(name).resolve(target));
              } catch (DirectoryNotEmptyException e) {
                // Of an atomic move the JDK says less.
                throw options.contains(ATOMIC_MOVE) ? new FileSystemException(e.getFile()) : e;
              }
            });
        assertThat(listing(ours.resolve(name)))
            .as("%s with %s", name, options)
            .isEqualTo(listing(theirs.resolve(name)));
      }
    }
  }

  private static List<String> concat(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  @Test
  void a_directory_does_not_move_into_itself() throws Exception {
    both(d -> populate(d.resolve("d")));
    for (List<CopyOption> options : moveOptions().toList()) {
      sameKind(d -> Files.move(d.resolve("d/full"), d.resolve("d/full/new"), array(options)));
    }
  }

  @Test
  void a_link_copied_onto_itself_stays() throws Exception {
    populate(ours.resolve("d"));
    for (String link : List.of("toFile", "toFull")) {
      Path path = ours.resolve("d").resolve(link);
      Files.copy(path, path, REPLACE_EXISTING);
      assertThat(path).isSymbolicLink();
    }
    populate(theirs.resolve("d"));
  }

  @Test
  void options_of_one_do_not_fit_the_other() throws Exception {
    both(d -> populate(d.resolve("d")));
    same(d -> Files.copy(d.resolve("d/file"), d.resolve("d/new"), ATOMIC_MOVE));
    same(d -> Files.move(d.resolve("d/file"), d.resolve("d/new"), COPY_ATTRIBUTES));
    same(d -> Files.copy(d.resolve("d/file"), d.resolve("d/new"), (CopyOption) null));
  }

  @Test
  void a_copy_keeps_the_attributes_on_request() throws Exception {
    both(d -> populate(d.resolve("d")));
    for (String kind : List.of("file", "empty", "toFile")) {
      FileTime time = FileTime.from(java.time.Instant.parse("2001-02-03T04:05:06.789012Z"));
      both(
          d ->
              Files.getFileAttributeView(d.resolve("d").resolve(kind), BasicFileAttributeView.class)
                  .setTimes(time, time, null));
      both(
          d -> {
            Path copy = d.resolve("d/copy-" + kind);
            Files.copy(d.resolve("d").resolve(kind), copy, COPY_ATTRIBUTES);
            var attributes = Files.readAttributes(copy, PosixFileAttributes.class);
            assertThat(attributes.lastModifiedTime()).isEqualTo(time);
            assertThat(attributes.lastAccessTime()).isEqualTo(time);
          });
    }
  }

  @Test
  void a_copy_without_request_has_times_of_its_own() throws Exception {
    both(d -> populate(d.resolve("d")));
    FileTime old = FileTime.fromMillis(1_000);
    both(
        d -> {
          Files.setLastModifiedTime(d.resolve("d/file"), old);
          Files.copy(d.resolve("d/file"), d.resolve("d/new"));
          assertThat(Files.getLastModifiedTime(d.resolve("d/new"))).isGreaterThan(old);
        });
  }

  @Test
  void a_copy_and_its_source_change_apart() throws Exception {
    both(d -> populate(d.resolve("d")));
    both(
        d -> {
          Files.copy(d.resolve("d/file"), d.resolve("d/new"));
          Files.writeString(d.resolve("d/new"), "changed");
          assertThat(Files.readString(d.resolve("d/file"))).isEqualTo("content");
        });
  }

  @Test
  void moving_keeps_the_file() throws Exception {
    both(d -> populate(d.resolve("d")));
    both(
        d -> {
          Object key = Files.getAttribute(d.resolve("d/file"), "fileKey");
          Files.move(d.resolve("d/file"), d.resolve("d/full/moved"));
          assertThat(Files.getAttribute(d.resolve("d/full/moved"), "fileKey")).isEqualTo(key);
        });
  }

  @Test
  void a_name_that_ends_in_dots_moves_nowhere() throws Exception {
    both(d -> populate(d.resolve("d")));
    for (String source : List.of("empty/.", "full/.", "full/../empty/.")) {
      same(d -> Files.move(d.resolve("d").resolve(source), d.resolve("d/new")));
      same(
          d ->
              Files.move(d.resolve("d").resolve(source), d.resolve("d/full"), REPLACE_EXISTING)
                  .getFileName());
      same(d -> Files.move(d.resolve("d").resolve(source), d.resolve("d/file")));
    }
  }

  /** The JDK's provider has removed the target by then. */
  @Test
  void a_move_that_cannot_be_made_leaves_its_target() throws Exception {
    Path d = Files.createDirectory(store.getPath("/lone"));
    populate(d.resolve("d"));
    Path file = Files.writeString(d.resolve("d/full/file"), "kept");
    for (String source : List.of("d/full", "d/full/.", "d/empty/.", "d/full/../empty/..")) {
      assertThatThrownBy(() -> Files.move(d.resolve(source), file, REPLACE_EXISTING))
          .isInstanceOf(FileSystemException.class);
      assertThat(Files.readString(file)).isEqualTo("kept");
    }
  }

  @Test
  void a_move_that_fails_names_the_source_first() throws Exception {
    both(d -> populate(d.resolve("d")));
    for (String target : List.of("missing/x", "file/x", "x".repeat(256), "..")) {
      same(d -> Files.move(d.resolve("d/full"), d.resolve("d").resolve(target), REPLACE_EXISTING));
    }
  }

  @Test
  void a_move_looks_at_both_directories_before_the_names() throws Exception {
    both(d -> populate(d.resolve("d")));
    String longName = "x".repeat(256);
    for (String source : List.of("missing", longName, "file/x", "file")) {
      for (String target : List.of(longName, "missing/x", "file/x", longName + "/x")) {
        same(
            d ->
                Files.move(
                    d.resolve("d").resolve(source), d.resolve("d").resolve(target), ATOMIC_MOVE));
      }
    }
  }

  @Test
  void a_copied_directory_is_not_setgid_unless_attributes_are_copied() throws Exception {
    both(d -> populate(d.resolve("d")));
    both(d -> Files.setAttribute(d.resolve("d/full"), "unix:mode", 07755));
    both(d -> Files.copy(d.resolve("d/full"), d.resolve("d/plain")));
    both(d -> Files.copy(d.resolve("d/full"), d.resolve("d/whole"), COPY_ATTRIBUTES));
    same(d -> Files.getAttribute(d.resolve("d/plain"), "unix:mode"));
    same(d -> Files.getAttribute(d.resolve("d/whole"), "unix:mode"));
  }

  /** The JDK removes the link first, and then finds no way to what is to take its place. */
  @Test
  void a_link_is_replaced_by_what_lies_behind_it() throws Exception {
    populate(ours.resolve("d"));
    Path link = ours.resolve("d/toFull");
    Files.copy(link.resolve("inner"), link, REPLACE_EXISTING);
    assertThat(link).isRegularFile().hasContent("inner");
    Path second =
        Files.createSymbolicLink(ours.resolve("d/second"), link.getFileSystem().getPath("full"));
    Files.move(second.resolve("inner"), second, REPLACE_EXISTING);
    assertThat(second).isRegularFile().hasContent("inner");
    PathUtils.deleteDirectory(ours.resolve("d"));
  }
}
