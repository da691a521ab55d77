package org.dedupfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy inside a store that is to replace nothing, while somebody else makes files. */
final class ExclusiveCopyTest {
  @TempDir Path directory;
  private DedupFileSystem store;
  private Path source;
  private Path target;

  @BeforeEach
  void create() throws IOException {
    store = DedupFileSystems.create(directory.resolve("store"));
    source = Files.writeString(store.getPath("/source"), "old");
    target = store.getPath("/target");
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  /** The store, in which the target appears when a copy to it has been decided on. */
  private Side sideWithCompany() {
    Side real = new StoreSide(store);
    return (Side)
        Proxy.newProxyInstance(
            Side.class.getClassLoader(),
            new Class<?>[] {Side.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("child")) {
                Files.writeString(target, "new");
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private List<String> copy(boolean replaces) throws IOException {
    List<String> losses = new ArrayList<>();
    TransferListener listener =
        new TransferListener() {
          @Override
          public void copied(String path) {}

          @Override
          public void leftOut(String path, String why) {}

          @Override
          public void lost(String path, Loss loss, String why) {
            losses.add(path + " " + loss + " " + why);
          }

          @Override
          public boolean stopRequested() {
            return false;
          }
        };
    TransferOptions options = TransferOptions.cloning(1, replaces);
    Side side = sideWithCompany();
    try (TreeTransfer transfer =
        new TreeTransfer(side, side, options, listener, new TransferTotals())) {
      transfer.copy(source, target);
    }
    return losses;
  }

  private List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(store.getPath("/"))) {
      all.forEach(path -> names.add(path.toString()));
    }
    return names;
  }

  @Test
  void what_appears_meanwhile_is_kept_and_named() throws IOException {
    assertThat(copy(false)).containsExactly("/source CONFLICT a file stands at /target");
    assertThat(Files.readString(target)).isEqualTo("new");
    assertThat(names()).containsExactlyInAnyOrder("/source", "/target");
  }

  @Test
  void second_names_replace_nothing_either() throws IOException {
    Files.createLink(store.getPath("/second"), source);
    assertThat(copy(false)).hasSize(1);
    assertThat(Files.readString(target)).isEqualTo("new");
    assertThat(copy(false)).hasSize(1);
    assertThat(names()).containsExactlyInAnyOrder("/source", "/second", "/target");
  }

  @Test
  void it_is_replaced_where_that_is_wanted() throws IOException {
    assertThat(copy(true)).isEmpty();
    assertThat(Files.readString(target)).isEqualTo("old");
  }
}
