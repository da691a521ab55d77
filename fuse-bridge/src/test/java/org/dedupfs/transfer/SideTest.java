package org.dedupfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.host.HostCalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What both sides of a transfer have in common. */
final class SideTest {
  @TempDir Path directory;

  @Test
  void a_child_has_one_plain_name() throws IOException {
    try (DedupFileSystem store = DedupFileSystems.create(directory.resolve("store"))) {
      assertChildren(new StoreSide(store), store.getPath("/d"));
    }
    assertChildren(new HostSide(HostCalls.load()), directory);
  }

  private static void assertChildren(Side side, Path above) throws IOException {
    for (String name : new String[] {"", ".", "..", "../x", "/x", "x/", "a/b", "a\0b"}) {
      assertThatThrownBy(() -> side.child(above, name.getBytes(StandardCharsets.US_ASCII)))
          .as(name)
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("no name of a file");
    }
    Path child = side.child(above, "...".getBytes(StandardCharsets.US_ASCII));
    assertThat(child.getParent()).isEqualTo(above);
  }
}
