package org.dedupfs.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.tree.TreeFixture.assertFails;
import static org.dedupfs.tree.TreeFixture.bytes;

import java.io.IOException;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.TreeException.Failure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LookupTest {
  private TreeFixture fs;

  @BeforeEach
  void open() throws IOException {
    fs = TreeFixture.open();
    fs.mkdir("/d");
    fs.mkdir("/d/e");
    fs.create("/d/f");
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
  }

  @Test
  void dots_and_repeated_slashes_mean_what_posix_says() throws IOException {
    Inode f = fs.lstat("/d/f");
    for (String path : new String[] {"d/f", "//d//./f", "/d/e/../f", "/../../d/f", "./d/f"}) {
      assertThat(fs.lstat(path)).as(path).isEqualTo(f);
    }
  }

  @Test
  void a_path_starts_where_it_is_told_to() throws IOException {
    InodeNumber d = fs.lstat("/d").number();
    assertThat(fs.tree.lookup(d, bytes("f"), false).inode()).isEqualTo(fs.lstat("/d/f"));
    assertThat(fs.tree.lookup(d, bytes("/d"), false).inode()).isEqualTo(fs.lstat("/d"));
    assertThat(fs.tree.lookup(d, bytes(".."), false).inode()).isEqualTo(fs.lstat("/"));
  }

  @Test
  void the_root_and_dots_have_no_last_name() throws IOException {
    assertThat(fs.at("/")).isEqualTo(new PathLookup(InodeNumber.ROOT, null, fs.lstat("/")));
    assertThat(fs.at("/d/.")).isEqualTo(new PathLookup(InodeNumber.ROOT, null, fs.lstat("/d")));
    assertThat(fs.at("/d/e/..").name()).isNull();
  }

  @Test
  void a_missing_last_name_is_told_with_the_directory_it_would_be_in() throws IOException {
    PathLookup missing = fs.at("/d/new");
    assertThat(missing.parent()).isEqualTo(fs.lstat("/d").number());
    assertThat(missing.name()).hasToString("new");
    assertThat(missing.inode()).isNull();
  }

  @Test
  void what_is_missing_or_no_directory_on_the_way_is_told_apart() {
    assertFails(Failure.NO_ENTRY, () -> fs.at("/x/y"));
    assertFails(Failure.NOT_DIRECTORY, () -> fs.at("/d/f/y"));
    assertFails(Failure.NOT_DIRECTORY, () -> fs.at("/d/f/."));
    assertFails(Failure.NOT_DIRECTORY, () -> fs.at("/d/f/"));
    assertFails(Failure.NO_ENTRY, () -> fs.at(""));
  }

  @Test
  void a_name_of_256_bytes_is_too_long_anywhere() throws IOException {
    String longest = "n".repeat(255);
    fs.create("/d/" + longest);
    assertThat(fs.exists("/d/" + longest)).isTrue();
    assertFails(Failure.NAME_TOO_LONG, () -> fs.at("/d/" + longest + "n"));
    assertFails(Failure.NAME_TOO_LONG, () -> fs.at("/" + longest + "n/f"));
    assertFails(Failure.NAME_TOO_LONG, () -> fs.at("/d/" + "ü".repeat(128)));
  }

  @Test
  void a_path_may_be_longer_than_4096_bytes() throws IOException {
    assertThat(fs.lstat("/d/..".repeat(2000) + "/d/f")).isEqualTo(fs.lstat("/d/f"));
  }

  @Test
  void links_on_the_way_are_followed_and_in_the_last_place_when_asked() throws IOException {
    fs.symlink("/d/up", "..");
    fs.symlink("/abs", "/d/e");
    fs.symlink("/rel", "d/f");
    assertThat(fs.lstat("/d/up/d/f")).isEqualTo(fs.lstat("/d/f"));
    assertThat(fs.stat("/abs")).isEqualTo(fs.lstat("/d/e"));
    assertThat(fs.lstat("/abs").isSymlink()).isTrue();
    assertThat(fs.lstat("/abs/").isSymlink()).isFalse();
    assertThat(fs.stat("/rel")).isEqualTo(fs.lstat("/d/f"));
    assertFails(Failure.NOT_DIRECTORY, () -> fs.at("/rel/"));
  }

  @Test
  void a_dangling_link_leads_to_where_its_target_would_be() throws IOException {
    fs.symlink("/dangling", "d/new");
    PathLookup end = fs.tree.lookup(InodeNumber.ROOT, bytes("/dangling"), true);
    assertThat(end).isEqualTo(fs.at("/d/new"));
  }

  @Test
  void forty_links_are_followed_and_no_more() throws IOException {
    fs.create("/l0");
    for (int i = 1; i <= 41; i++) {
      fs.symlink("/l" + i, "l" + (i - 1));
    }
    assertThat(fs.stat("/l40").isRegular()).isTrue();
    assertFails(Failure.LOOP, () -> fs.stat("/l41"));
    fs.symlink("/self", "self");
    assertFails(Failure.LOOP, () -> fs.stat("/self"));
    assertThat(fs.lstat("/self").isSymlink()).isTrue();
  }

  @Test
  void lookups_in_a_removed_directory_find_nothing() throws IOException {
    InodeNumber e = fs.lstat("/d/e").number();
    fs.rmdir("/d/e");
    assertFails(Failure.NO_ENTRY, () -> fs.tree.lookup(e, bytes("x"), false));
    assertFails(Failure.NO_ENTRY, () -> fs.tree.lookup(e, bytes(".."), false));
    assertFails(Failure.NO_ENTRY, () -> fs.tree.stat(e));
    assertFails(Failure.NO_ENTRY, () -> fs.tree.list(e, 0, 10));
  }

  @Test
  void a_lookup_may_not_start_in_a_file() throws IOException {
    InodeNumber f = fs.lstat("/d/f").number();
    assertFails(Failure.NOT_DIRECTORY, () -> fs.tree.lookup(f, bytes("x"), false));
    assertThat(fs.tree.lookup(f, bytes("/d"), false).inode()).isNotNull();
  }
}
