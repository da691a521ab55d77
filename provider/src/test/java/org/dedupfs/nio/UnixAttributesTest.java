package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.dedupfs.CreationAttributes;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.UnixFileAttributeView;
import org.dedupfs.UnixFileAttributes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stores say beyond what the default file system does. */
class UnixAttributesTest extends InStore {

  private static UnixFileAttributes attributes(Path path) throws Exception {
    return Files.readAttributes(path, UnixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  @Test
  void times_have_nanoseconds_on_links_too() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), fs.getPath("file"));
    FileTime time = FileTime.from(Instant.parse("2001-02-03T04:05:06.789012345Z"));
    FileTime other = FileTime.from(Instant.parse("1901-02-03T04:05:06.000000001Z"));
    Files.getFileAttributeView(link, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(time, other, time);
    assertThat(attributes(link).lastModifiedTime()).isEqualTo(time);
    assertThat(attributes(link).lastAccessTime()).isEqualTo(other);
    assertThat(attributes(link).creationTime()).isEqualTo(time);
    assertThat(attributes(file).lastModifiedTime()).isGreaterThan(time);
  }

  @Test
  void who_asks_for_basic_attributes_gets_no_more() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "bytes");
    BasicFileAttributeView view = Files.getFileAttributeView(file, BasicFileAttributeView.class);
    FileTime time = FileTime.fromMillis(5_000);
    view.setTimes(time, null, null);
    assertThat(view.name()).isEqualTo("basic");
    assertThat(view).isNotInstanceOf(FileOwnerAttributeView.class);
    for (BasicFileAttributes basic :
        List.of(view.readAttributes(), Files.readAttributes(file, BasicFileAttributes.class))) {
      assertThat(basic).isNotInstanceOf(PosixFileAttributes.class);
      assertThat(basic.lastModifiedTime()).isEqualTo(time);
      assertThat(basic.size()).isEqualTo(5);
      assertThat(basic.isRegularFile()).isTrue();
      assertThat(basic.fileKey()).isEqualTo(attributes(file).fileKey());
    }
  }

  @Test
  void creation_time_is_kept_when_the_file_changes() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    FileTime created = attributes(file).creationTime();
    Files.writeString(file, "changed");
    assertThat(attributes(file).creationTime()).isEqualTo(created);
    assertThat(attributes(file).ctime()).isGreaterThanOrEqualTo(created);
  }

  @Test
  void numbers_have_the_types_of_unix() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    Map<String, Object> unix = Files.readAttributes(file, "unix:*");
    assertThat(unix.get("ino")).isInstanceOf(Long.class);
    assertThat(unix.get("dev")).isInstanceOf(Long.class);
    assertThat(unix.get("rdev")).isInstanceOf(Long.class);
    assertThat(unix.get("mode")).isInstanceOf(Integer.class);
    assertThat(unix.get("nlink")).isEqualTo(1);
    assertThat(unix.get("ino")).isEqualTo(attributes(file).ino());
  }

  @Test
  void file_keys_tell_files_apart() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    Path same = Files.createLink(directory.resolve("same"), file);
    Path other = Files.createFile(directory.resolve("other"));
    assertThat(attributes(file).fileKey())
        .isEqualTo(attributes(same).fileKey())
        .isNotEqualTo(attributes(other).fileKey());
  }

  @ParameterizedTest
  @CsvSource({"0010644, fifo", "0140755, socket", "0020660, character", "0060600, block"})
  void a_special_file_is_created_with_its_type(String octal, String name) throws Exception {
    int mode = Integer.parseInt(octal, 8);
    Path file =
        Files.createFile(
            directory.resolve(name),
            CreationAttributes.mode(mode),
            CreationAttributes.uid(7),
            CreationAttributes.gid(8),
            CreationAttributes.rdev(0x103));
    UnixFileAttributes attributes = attributes(file);
    assertThat(attributes.mode()).isEqualTo(mode);
    assertThat(attributes.isOther()).isTrue();
    assertThat(attributes.uid()).isEqualTo(7);
    assertThat(attributes.gid()).isEqualTo(8);
    boolean device = name.equals("character") || name.equals("block");
    assertThat(attributes.rdev()).isEqualTo(device ? 0x103 : 0);
    assertThatThrownBy(() -> Files.newByteChannel(file)).hasMessageContaining(file.toString());
    Path copy = Files.copy(file, directory.resolve("copy"));
    assertThat(attributes(copy).rdev()).isEqualTo(attributes.rdev());
  }

  @Test
  void the_umask_does_not_touch_a_unix_mode() throws Exception {
    Path file = Files.createFile(directory.resolve("file"), CreationAttributes.mode(04777));
    assertThat(attributes(file).mode()).isEqualTo(0104777);
    Path made =
        Files.createDirectory(
            directory.resolve("made"), CreationAttributes.mode(01777), CreationAttributes.uid(3));
    assertThat(attributes(made).mode()).isEqualTo(0041777);
    Path link =
        Files.createSymbolicLink(
            directory.resolve("link"), fs.getPath("x"), CreationAttributes.uid(5));
    assertThat(attributes(link).uid()).isEqualTo(5);
    assertThat(attributes(link).mode()).isEqualTo(0120777);
  }

  @Test
  void a_type_that_does_not_fit_the_call_is_refused() {
    assertThatThrownBy(
            () -> Files.createFile(directory.resolve("x"), CreationAttributes.mode(0040755)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> Files.createDirectory(directory.resolve("x"), CreationAttributes.mode(0100644)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(directory.resolve("x")).doesNotExist();
  }

  @Test
  void the_unix_view_sets_ids_and_mode() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    UnixFileAttributeView view = Files.getFileAttributeView(file, UnixFileAttributeView.class);
    assertThat(view.name()).isEqualTo("unix");
    view.setMode(01640);
    view.setIds(-2, 100_000);
    assertThat(view.readAttributes().mode()).isEqualTo(0101640);
    assertThat(view.readAttributes().uid()).isEqualTo(-2);
    assertThat(view.readAttributes().gid()).isEqualTo(100_000);
    assertThat(view.getOwner().getName()).isEqualTo("4294967294");
    assertThatThrownBy(() -> view.setMode(0040755)).hasMessageContaining(file.toString());
  }

  @Test
  void attributes_of_a_channel_outlive_the_name() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      UnixFileAttributeView view = ((DedupFileChannel) channel).attributeView();
      Files.move(file, directory.resolve("moved"));
      view.setMode(0600);
      assertThat(attributes(directory.resolve("moved")).mode()).isEqualTo(0100600);
      Files.delete(directory.resolve("moved"));
      view.setMode(0400);
      assertThat(view.readAttributes().mode()).isEqualTo(0100400);
      assertThat(view.readAttributes().nlink()).isZero();
    }
  }

  @Test
  void principals_of_other_providers_do_not_fit() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    UserPrincipal theirs = Files.getOwner(host);
    assertThatThrownBy(() -> Files.setOwner(file, theirs))
        .isInstanceOf(ProviderMismatchException.class)
        .hasMessageContaining("UserPrincipalLookupService");
  }

  @Test
  void unknown_ids_show_as_digits() throws Exception {
    Path file =
        Files.createFile(
            directory.resolve("file"),
            CreationAttributes.uid(123_456_789),
            CreationAttributes.gid(987_654_321));
    assertThat(attributes(file).owner()).hasToString("123456789");
    assertThat(attributes(file).group().getName()).isEqualTo("987654321");
    assertThat(fs.getUserPrincipalLookupService().lookupPrincipalByName("123456789"))
        .isEqualTo(attributes(file).owner());
  }

  @Test
  void space_taken_leaves_holes_out() throws Exception {
    Path file = directory.resolve("sparse");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      DedupFileChannel ours = (DedupFileChannel) channel;
      ours.setLength(100 << 20);
      channel.force(true);
      assertThat(ours.attributeView().readAttributes().size()).isEqualTo(100 << 20);
      assertThat(ours.attributeView().readAttributes().allocatedBytes()).isZero();
    }
  }
}
