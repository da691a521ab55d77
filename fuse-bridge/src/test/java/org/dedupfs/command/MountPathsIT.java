package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.host.MountEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which paths a store and its mount point may have. */
final class MountPathsIT extends MountFixture {
  private static final String TEXT = "wherever it is";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b,c=d\\e",
        "a\nb\tc",
        "a\\040b\\ #",
        "-o ro",
        "\u00e4\u20ac e\u0301 'q' \"d\" $x *"
      })
  void a_store_and_its_mount_point_have_any_name_of_utf_8(String name) throws Exception {
    Path own = directory.toRealPath().resolve("store " + name);
    Path place = Files.createDirectory(directory.toRealPath().resolve(name));
    run("create", own).ends(ExitCode.DONE);
    run("mount", own, place).ends(ExitCode.DONE);
    assertThat(mountsHere())
        .singleElement()
        .extracting(MountEntry::mountPoint, MountEntry::source)
        .containsExactly(place, own);
    Files.writeString(place.resolve("file"), TEXT);
    run("cp", place, "/file", "/copy").ends(ExitCode.DONE);
    assertThat(place.resolve("copy")).hasContent(TEXT);
    ProcessHandle server = server(place);
    server.destroyForcibly();
    awaitEnd(server);
    assertThat(run("mount", own, place).ends(ExitCode.DONE).err()).isEmpty();
    run("umount", place).ends(ExitCode.DONE);
    assertThat(mountsHere()).isEmpty();
    assertThat(ours()).isEmpty();
    try (DedupFileSystem open = DedupFileSystems.open(own)) {
      assertThat(open.isOpen()).isTrue();
    }
  }

  @Test
  void a_mount_point_that_is_no_utf_8_is_refused_and_no_other_taken_for_it() throws Exception {
    Path odd = Files.createDirectory(Path.of(URI.create(directory.toUri() + "odd%FF%FE")));
    // What is left of that name when a string is made of it.
    Files.createDirectory(directory.resolve("odd??"));
    Files.createDirectory(directory.resolve("odd\ufffd\ufffd"));
    run("mount", store, odd.toUri()).ends(ExitCode.FAILED).saysInOneLine("valid in UTF-8");
    Path inside = Files.createDirectory(odd.resolve("inside"));
    // The kernel knows places by their real paths, so a link is no way around.
    Path link = Files.createSymbolicLink(directory.resolve("link"), inside);
    run("mount", "--foreground", store, link).ends(ExitCode.FAILED).saysInOneLine("valid in UTF-8");
    assertThat(mountsHere()).isEmpty();
    assertThat(ours()).isEmpty();
  }

  @Test
  void a_store_whose_path_cannot_be_told_to_its_parts_is_refused() throws Exception {
    for (String name : new String[] {"odd%FF%FE", "%F0%9F%98%80"}) {
      Path odd = Path.of(URI.create(directory.toUri() + name));
      run("create", odd.toUri())
          .ends(ExitCode.FAILED)
          .saysInOneLine("a store needs a path", "U+FFFF");
      assertThat(odd).doesNotExist();
      Files.createDirectory(odd);
      run("mount", "-o", "create=true", odd.toUri(), mountPoint)
          .ends(ExitCode.FAILED)
          .saysInOneLine("a store needs a path", "U+FFFF");
      run("create", "--blocks-directory", odd.toUri(), directory.resolve("apart"))
          .ends(ExitCode.FAILED)
          .saysInOneLine("a store needs a path", "U+FFFF");
      assertThat(odd).isEmptyDirectory();
      assertThat(directory.resolve("apart")).doesNotExist();
    }
    Path place = Files.createDirectory(directory.toRealPath().resolve("place \ud83d\ude00"));
    run("mount", store, place).ends(ExitCode.DONE);
    Files.writeString(place.resolve("\ud83d\ude00"), TEXT);
    run("umount", place).ends(ExitCode.DONE);
    assertClosedWith("/\ud83d\ude00", TEXT);
  }

  @Test
  void a_store_or_a_place_may_be_named_by_a_link() throws Exception {
    Path storeLink = Files.createSymbolicLink(directory.resolve("to store"), store);
    Path placeLink = Files.createSymbolicLink(directory.resolve("to place"), mountPoint);
    run("mount", storeLink, placeLink).ends(ExitCode.DONE);
    Files.writeString(mountPoint.resolve("file"), TEXT);
    assertThat(placeLink.resolve("file")).hasContent(TEXT);
    run("umount", placeLink).ends(ExitCode.DONE);
    assertClosedWith("/file", TEXT);
  }

  @Test
  void a_mount_point_may_lie_in_another_mounted_store() throws Exception {
    mount();
    Path inner = Files.createDirectory(mountPoint.resolve("inner"));
    Path other = directory.toRealPath().resolve("other");
    run("create", other).ends(ExitCode.DONE);
    run("mount", other, inner).ends(ExitCode.DONE);
    Files.writeString(inner.resolve("file"), TEXT);
    run("umount", mountPoint).ends(ExitCode.IN_USE).saysInOneLine("what is mounted at " + inner);
    run("umount", inner, mountPoint).ends(ExitCode.DONE);
    assertThat(mountsHere()).isEmpty();
    assertThat(ours()).isEmpty();
    try (DedupFileSystem open = DedupFileSystems.open(other)) {
      assertThat(open.getPath("/file")).hasContent(TEXT);
    }
  }

  /** Not its own mount but that of another, whose process it does not wait for. */
  @Test
  void a_store_may_lie_in_another_mounted_store() throws Exception {
    mount();
    Path inner = mountPoint.resolve("inner");
    Path place = Files.createDirectory(directory.toRealPath().resolve("place"));
    run("create", inner).ends(ExitCode.DONE);
    run("mount", inner, place).ends(ExitCode.DONE);
    Files.writeString(place.resolve("file"), TEXT);
    run("umount", place, mountPoint).ends(ExitCode.DONE);
    assertThat(mountsHere()).isEmpty();
    mount();
    try (DedupFileSystem open = DedupFileSystems.open(inner)) {
      assertThat(open.getPath("/file")).hasContent(TEXT);
    }
    run("umount", mountPoint).ends(ExitCode.DONE);
  }
}
