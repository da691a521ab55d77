package org.dedupfs.nio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystemException.Reason;
import org.dedupfs.ExtendedAttributeView;
import org.dedupfs.ExtendedAttributeView.Presence;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExtendedAttributeViewTest extends InStore {
  private static final byte[] NAME = {'u', 's', 'e', 'r', '.', (byte) 0xFF, '/'};

  private Path file;
  private ExtendedAttributeView view;

  @BeforeEach
  void makeFile() throws Exception {
    file = Files.createFile(directory.resolve("file"));
    view = Files.getFileAttributeView(file, ExtendedAttributeView.class);
  }

  private static byte[] name(String text) {
    return text.getBytes(US_ASCII);
  }

  private static void fails(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DedupFileSystemException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void names_are_bytes_with_a_namespace() throws Exception {
    view.write(NAME, new byte[] {1, 2}, Presence.ANY);
    view.write(name("security.x"), new byte[0], Presence.ANY);
    assertThat(view.list()).containsExactlyInAnyOrder(NAME, name("security.x"));
    assertThat(view.read(NAME)).containsExactly(1, 2);
    assertThat(view.read(name("security.x"))).isEmpty();
    assertThat(view.read(name("user.none"))).isNull();
    view.delete(NAME);
    assertThat(view.read(NAME)).isNull();
    assertThat(view.name()).isEqualTo("xattr");
  }

  @Test
  void presence_is_checked_and_set_in_one_step() throws Exception {
    fails(Reason.NO_ATTRIBUTE, () -> view.write(NAME, new byte[1], Presence.PRESENT));
    view.write(NAME, new byte[1], Presence.MISSING);
    assertThatThrownBy(() -> view.write(NAME, new byte[2], Presence.MISSING))
        .isInstanceOf(FileAlreadyExistsException.class);
    view.write(NAME, new byte[3], Presence.PRESENT);
    assertThat(view.read(NAME)).hasSize(3);
    view.delete(NAME);
    fails(Reason.NO_ATTRIBUTE, () -> view.delete(NAME));
  }

  @Test
  void bad_names_and_values_are_refused_by_reason() {
    fails(Reason.NOT_SUPPORTED, () -> view.read(name("nowhere.x")));
    fails(Reason.INVALID, () -> view.read(name("user.")));
    fails(Reason.OUT_OF_RANGE, () -> view.read(name("user." + "x".repeat(255))));
    fails(
        Reason.ARGUMENT_TOO_LARGE, () -> view.write(NAME, new byte[(64 << 10) + 1], Presence.ANY));
  }

  @Test
  void a_link_has_its_own() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), fs.getPath("file"));
    Files.getFileAttributeView(link, ExtendedAttributeView.class)
        .write(NAME, new byte[1], Presence.ANY);
    assertThat(view.list()).hasSize(1);
    ExtendedAttributeView own =
        Files.getFileAttributeView(link, ExtendedAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    own.write(name("trusted.x"), new byte[1], Presence.ANY);
    assertThat(own.list()).containsExactly(name("trusted.x"));
    fails(Reason.NOT_PERMITTED, () -> own.write(NAME, new byte[1], Presence.ANY));
  }

  @Test
  void the_user_view_is_its_part() throws Exception {
    view.write(name("user.one"), new byte[1], Presence.ANY);
    view.write(name("trusted.two"), new byte[2], Presence.ANY);
    assertThat(Files.getFileAttributeView(file, UserDefinedFileAttributeView.class).list())
        .isEqualTo(List.of("one"));
    Map<String, Object> all = Files.readAttributes(file, "xattr:*");
    assertThat(all).containsOnlyKeys("user.one", "trusted.two");
    Files.setAttribute(file, "xattr:user.one", new byte[5]);
    assertThat((byte[]) Files.getAttribute(file, "user:one")).hasSize(5);
    assertThat(fs.supportedFileAttributeViews()).contains("xattr", "user", "unix");
    assertThat(Files.getFileStore(file).supportsFileAttributeView(ExtendedAttributeView.class))
        .isTrue();
  }
}
