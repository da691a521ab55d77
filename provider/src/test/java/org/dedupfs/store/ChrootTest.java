package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.store.StoreFixture.random;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dedupfs.testing.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store below a root that is no mount point: Java finds no file system there. Needs the right to
 * make namespaces.
 */
class ChrootTest {
  /** Everything of the machine is seen below the new root, at its place. */
  private static final String ENTER =
      """
      root=$1
      shift
      for each in /*; do
        if [ -L "$each" ]; then
          cp -P "$each" "$root$each"
        elif [ -d "$each" ]; then
          mkdir -p "$root$each"
          mount --rbind "$each" "$root$each"
        fi
      done
      exec chroot "$root" "$@"
      """;

  @TempDir Path root;

  /** Makes a store there, and another time opens it. */
  static final class Inside {
    private Inside() {}

    public static void main(String[] arguments) throws IOException {
      Path directory = Path.of("/chrooted-store");
      try {
        Files.getFileStore(Path.of("/"));
        System.out.println("has a file store");
      } catch (IOException e) {
        System.out.println("has none");
      }
      try (Store store = StoreFixture.create(directory)) {
        StoreFixture.write(store.tree(), "/f", random(1, 300_000));
        System.out.println("usable " + store.spaceLeft().usableBytes());
      }
      try (Store store = StoreFixture.open(directory)) {
        StoreFixture.write(store.tree(), "/g", random(2, 300_000));
        store.syncAll();
        System.out.println("read " + StoreFixture.read(store.tree(), "/f").length);
      }
      System.out.println("closed");
    }
  }

  @Test
  void a_store_is_made_and_opened_where_java_finds_no_file_system() throws IOException {
    List<String> prefix = List.of("unshare", "-rm", "sh", "-euc", ENTER, "sh", root.toString());
    try (ChildJvm child = ChildJvm.start(prefix, Inside.class)) {
      assertThat(child.await("has ")).isEqualTo("none");
      assertThat(Long.parseLong(child.await("usable "))).isPositive();
      assertThat(child.await("read ")).isEqualTo("300000");
      child.await("closed");
    }
    try (Store store = StoreFixture.open(root.resolve("chrooted-store"))) {
      assertThat(StoreFixture.read(store.tree(), "/f")).isEqualTo(random(1, 300_000));
      assertThat(StoreFixture.read(store.tree(), "/g")).isEqualTo(random(2, 300_000));
      assertThat(store.spaceLeft().usableBytes()).isPositive();
    }
  }
}
