package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.dedupfs.testing.Prerequisites;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Creating, linking and deleting names. */
class NamespaceDifferentialTest extends SideBySide {

  /** Paths of every sort: present, missing, through files and links, with dots. */
  static final List<String> PLACES =
      List.of(
          "file",
          "empty",
          "full",
          "full/inner",
          "missing",
          "missing/x",
          "file/x",
          "toFile",
          "toEmpty",
          "toFull/inner",
          "toFull/new",
          "toMissing",
          "toMissing/x",
          "loop",
          "loop/x",
          "empty/.",
          "empty/..",
          "full/../file",
          "missing/..",
          "file/..",
          ".",
          "",
          "empty/new");

  @BeforeEach
  void makeFiles() throws Exception {
    both(
        d -> {
          Files.writeString(d.resolve("file"), "content");
          Files.createDirectory(d.resolve("empty"));
          Files.createDirectory(d.resolve("full"));
          Files.writeString(d.resolve("full/inner"), "inner");
          link(d, "toFile", "file");
          link(d, "toEmpty", "empty");
          link(d, "toFull", "full");
          link(d, "toMissing", "missing");
          link(d, "loop", "loop");
        });
  }

  private static void link(Path d, String name, String target) throws IOException {
    Files.createSymbolicLink(d.resolve(name), d.getFileSystem().getPath(target));
  }

  @Test
  void a_file_is_created_where_unix_creates_one() {
    PLACES.forEach(place -> same(d -> Files.createFile(d.resolve(place))));
  }

  @Test
  void a_directory_is_created_where_unix_creates_one() {
    PLACES.forEach(place -> same(d -> Files.createDirectory(d.resolve(place))));
  }

  @Test
  void directories_are_created_where_unix_creates_them() {
    PLACES.forEach(
        place -> sameKind(d -> Files.createDirectories(d.resolve(place).resolve("a/b"))));
  }

  @Test
  void a_symbolic_link_is_created_where_unix_creates_one() {
    PLACES.forEach(
        place ->
            same(
                d ->
                    Files.createSymbolicLink(
                        d.resolve(place), d.getFileSystem().getPath("any/where/./../at"))));
  }

  @Test
  void a_hard_link_is_created_where_unix_creates_one() {
    PLACES.forEach(place -> same(d -> Files.createLink(d.resolve(place), d.resolve("file"))));
  }

  @Test
  void a_hard_link_is_created_to_what_unix_links_to() {
    for (String place : PLACES) {
      String name = "link" + PLACES.indexOf(place);
      same(d -> Files.createLink(d.resolve(name), d.resolve(place)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file",
        "empty",
        "full",
        "missing",
        "missing/x",
        "file/x",
        "toFile",
        "toEmpty",
        "toFull",
        "toFull/inner",
        "toMissing",
        "loop",
        "empty/.",
        "full/..",
        "file/..",
        "full/../file"
      })
  void what_unix_deletes_is_deleted(String place) {
    same(
        d -> {
          Files.delete(d.resolve(place));
          return names(d);
        });
    same(d -> Files.deleteIfExists(d.resolve(place)));
  }

  @Test
  void a_symbolic_link_reads_as_unix_reads_it() {
    PLACES.forEach(place -> same(d -> Files.readSymbolicLink(d.resolve(place))));
  }

  @Test
  void existence_is_what_unix_says() {
    for (String place : PLACES) {
      same(d -> Files.exists(d.resolve(place)));
      same(d -> Files.exists(d.resolve(place), java.nio.file.LinkOption.NOFOLLOW_LINKS));
      if (!place.startsWith("file/")) {
        same(d -> Files.notExists(d.resolve(place))); // Of file/x since Java 20 they say true.
      }
      same(d -> Files.isDirectory(d.resolve(place)));
      same(d -> Files.isRegularFile(d.resolve(place)));
      same(d -> Files.isSymbolicLink(d.resolve(place)));
      same(d -> Files.isReadable(d.resolve(place)));
      same(d -> Files.isHidden(d.resolve(place)));
    }
  }

  @Test
  void the_same_files_are_the_same() {
    for (String one : PLACES) {
      for (String other : PLACES) {
        same(d -> Files.isSameFile(d.resolve(one), d.resolve(other)));
      }
    }
  }

  @Test
  void the_real_path_is_what_unix_says() {
    for (String place : PLACES) {
      same(d -> d.toRealPath().relativize(d.resolve(place).toRealPath()));
      sameKind(
          d ->
              d.toRealPath()
                  .relativize(
                      d.resolve(place).toRealPath(java.nio.file.LinkOption.NOFOLLOW_LINKS)));
    }
  }

  @Test
  void the_real_path_sees_through_links_to_directories() throws Exception {
    both(
        d -> {
          Files.createDirectories(d.resolve("full/deep/deeper"));
          link(d, "full/deep/up", "..");
          link(d, "full/deep/absolute", d.resolve("full").toString());
        });
    for (String place :
        List.of(
            "toFull/deep/up/deep",
            "toFull/deep/absolute/inner",
            "toFull/deep/..",
            "toFull/../file",
            "full/deep/deeper/../up/./deep")) {
      same(d -> d.toRealPath().relativize(d.resolve(place).toRealPath()));
      sameKind(
          d ->
              d.toRealPath()
                  .relativize(
                      d.resolve(place).toRealPath(java.nio.file.LinkOption.NOFOLLOW_LINKS)));
    }
  }

  @Test
  void names_may_have_255_bytes_and_not_256() {
    same(d -> Files.createFile(d.resolve("n".repeat(255))));
    same(d -> Files.createFile(d.resolve("n".repeat(256))));
    same(d -> Files.createDirectory(d.resolve("n".repeat(256))));
    same(d -> Files.exists(d.resolve("n".repeat(256))));
    same(d -> Files.readString(d.resolve("n".repeat(256))));
    sameKind(d -> Files.move(d.resolve("file"), d.resolve("n".repeat(256))));
  }

  @Test
  void access_is_that_of_root_whoever_asks() throws Exception {
    for (String mode : List.of("---------", "--x------", "-----x---", "rw-rw-rw-")) {
      both(
          d ->
              Files.setPosixFilePermissions(
                  d.resolve("file"), PosixFilePermissions.fromString(mode)));
      List<Boolean> ofRoot = List.of(mode.contains("x"), true, true);
      assertThat(access(ours.resolve("file"))).as(mode).isEqualTo(ofRoot);
      if (Prerequisites.isRoot()) {
        assertThat(access(theirs.resolve("file"))).as(mode).isEqualTo(ofRoot);
      }
    }
  }

  private static List<Boolean> access(Path file) {
    return List.of(Files.isExecutable(file), Files.isReadable(file), Files.isWritable(file));
  }

  @Test
  void an_attribute_that_cannot_be_set_at_creation_is_refused() {
    var modified =
        new java.nio.file.attribute.FileAttribute<Object>() {
          @Override
          public String name() {
            return "basic:lastModifiedTime";
          }

          @Override
          public Object value() {
            return java.nio.file.attribute.FileTime.fromMillis(0);
          }
        };
    same(d -> Files.createFile(d.resolve("new"), modified));
    same(d -> Files.createDirectory(d.resolve("new"), modified));
    same(
        d ->
            Files.createSymbolicLink(
                d.resolve("new"),
                d.getFileSystem().getPath("x"),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rwx------"))));
  }

  @Test
  void permissions_at_creation_are_subject_to_the_umask() {
    for (String mode : List.of("---------", "rwxrwxrwx", "rw--w--w-")) {
      var attribute = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
      same(d -> modeOfOne(Files.createFile(d.resolve("f" + mode), attribute)));
      same(d -> modeOfOne(Files.createDirectory(d.resolve("d" + mode), attribute)));
    }
  }

  @Test
  void temporary_files_and_directories_are_as_private_as_on_unix() throws Exception {
    for (String mode : List.of("rw-rw-r--", "rwx------", "r--r--r--")) {
      var asked = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
      same(d -> modeOfOne(Files.createTempFile(d, "pre", ".suf")));
      same(d -> modeOfOne(Files.createTempFile(d, null, null)));
      same(d -> modeOfOne(Files.createTempFile(d, "123456789012", "7", asked)));
      same(d -> modeOfOne(Files.createTempDirectory(d, "pre")));
      same(d -> modeOfOne(Files.createTempDirectory(d, "", asked)));
      same(d -> modeOfOne(Files.createFile(d.resolve("123456789012345"))));
      same(d -> modeOfOne(Files.createDirectory(d.resolve("123456789012345"))));
    }
  }

  private static String modeOfOne(Path path) throws IOException {
    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    Files.delete(path);
    return mode;
  }

  @Test
  void nothing_new_is_called_dot() throws Exception {
    same(d -> Files.createFile(d.resolve("missing/.")));
    same(d -> Files.createFile(d.resolve(".")));
    same(d -> Files.createDirectory(d.resolve("missing/.")));
  }
}
