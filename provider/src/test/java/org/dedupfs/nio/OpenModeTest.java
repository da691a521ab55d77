package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenModeTest {
  @TempDir Path directory;

  /** Every combination of options is refused exactly when the JDK's Unix provider refuses it. */
  @Test
  void conflicts_are_those_of_unix() throws Exception {
    StandardOpenOption[] all = StandardOpenOption.values();
    for (int bits = 0; bits < 1 << all.length; bits++) {
      Set<OpenOption> options = new HashSet<>();
      for (int i = 0; i < all.length; i++) {
        if ((bits & 1 << i) != 0) {
          options.add(all[i]);
        }
      }
      assertThat(ourRefusal(options)).as("%s", options).isEqualTo(theirRefusal(options));
    }
  }

  private static Class<?> ourRefusal(Set<OpenOption> options) {
    try {
      OpenMode.of(options);
      return Void.class;
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      return e.getClass();
    }
  }

  private Class<?> theirRefusal(Set<OpenOption> options) throws Exception {
    Path file = directory.resolve("file");
    Files.deleteIfExists(file);
    if (!options.contains(StandardOpenOption.CREATE_NEW)) {
      Files.createFile(file);
    }
    // CREATE_NEW without WRITE creates nothing.
    boolean writes =
        options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
    if (!writes && Files.notExists(file)) {
      Files.createFile(file);
    }
    try (FileChannel channel = FileChannel.open(file, options)) {
      return channel.isOpen() ? Void.class : null;
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      return e.getClass();
    }
  }

  @Test
  void nothing_said_means_reading() {
    OpenMode mode = OpenMode.of(Set.of());
    assertThat(mode.read()).isTrue();
    assertThat(mode.write()).isFalse();
    assertThat(mode.followLinks()).isTrue();
  }

  @Test
  void appending_is_writing() {
    OpenMode mode = OpenMode.of(Set.of(StandardOpenOption.APPEND));
    assertThat(mode.write()).isTrue();
    assertThat(mode.read()).isFalse();
  }

  @Test
  void truncating_and_creating_need_writing() {
    OpenMode mode =
        OpenMode.of(
            Set.of(
                StandardOpenOption.READ,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.CREATE_NEW));
    assertThat(mode.truncate()).isFalse();
    assertThat(mode.create()).isFalse();
    assertThat(mode.createNew()).isFalse();
  }

  @Test
  void links_are_not_followed_on_request() {
    assertThat(OpenMode.of(Set.of(LinkOption.NOFOLLOW_LINKS)).followLinks()).isFalse();
  }

  @Test
  void an_unknown_option_is_not_supported() {
    OpenOption unknown = new OpenOption() {};
    assertThatThrownBy(() -> OpenMode.of(Set.of(unknown)))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
