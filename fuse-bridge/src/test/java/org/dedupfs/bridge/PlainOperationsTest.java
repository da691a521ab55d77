package org.dedupfs.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.nio.file.FileSystem;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Another provider's file system below a mount. */
final class PlainOperationsTest extends AbstractOperationsContract {
  @Override
  FileSystem newFileSystem() {
    return Jimfs.newFileSystem(
        Configuration.unix().toBuilder()
            .setAttributeViews("basic", "owner", "posix", "unix", "user")
            .setWorkingDirectory("/")
            .build());
  }

  @Override
  String[] listedWith(String... more) {
    return Stream.concat(Stream.of(".", ".."), Arrays.stream(more)).toArray(String[]::new);
  }

  @Test
  void names_are_text_here() {
    assertFails(Errno.EILSEQ, () -> operations.getattr(ANY, new byte[] {'/', 'a', (byte) 0xFF}));
  }

  @Test
  void devices_cannot_be_made_here() {
    assertFails(Errno.EPERM, () -> operations.mknod(ANY, path("/fifo"), 0010644, 0));
  }

  @Test
  void a_hidden_file_shows_as_libfuse_has_it() throws Exception {
    makeFile("/file", "x");
    try (AsLibfuse.Fd fd = kernel.open("/file", OpenFlags.READ_ONLY)) {
      kernel.unlink("/file");
      assertThat(list("/", 10)).containsOnlyKeys(listedWith(fd.node.path.substring(1)));
    }
    assertThat(list("/", 10)).containsOnlyKeys(listedWith());
  }
}
