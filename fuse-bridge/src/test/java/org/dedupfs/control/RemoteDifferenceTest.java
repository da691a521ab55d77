package org.dedupfs.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.control.StoreText.dump;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same operations on a store itself and through the channel: results and failures agree. */
final class RemoteDifferenceTest {
  @TempDir Path directory;

  private final StoreActions actions = new StoreActions();

  @Test
  void results_and_failures_are_those_of_the_store_itself() throws IOException {
    NameActions.addTo(actions);
    AttributeActions.addTo(actions);
    AttributeActions.addExtendedTo(actions);
    ContentActions.addTo(actions);
    TreeActions.addCopiesAndMovesTo(actions);
    TreeActions.addDirectoriesTo(actions);
    try (DedupFileSystem local = DedupFileSystems.create(directory.resolve("local"));
        DedupFileSystem served = DedupFileSystems.create(directory.resolve("served"));
        ControlServer server = ControlServer.start(served);
        RemoteFileSystem remote = RemoteFileSystem.connect(served.storeDirectory()).orElseThrow()) {
      assertThat(server.connections()).isPositive();
      actions.compare(remote, local);
      assertThat(dump(served)).isEqualTo(dump(local));
      assertThat(dump(remote)).isEqualTo(dump(local));
    }
  }

  @Test
  void a_store_that_is_read_only_says_so_as_it_does_itself() throws IOException {
    NameActions.addTo(actions);
    ContentActions.addTo(actions);
    TreeActions.addCopiesAndMovesTo(actions);
    Path store = directory.resolve("store");
    try (DedupFileSystem fs = DedupFileSystems.create(store)) {
      Files.createDirectory(fs.getPath("/dir"));
      Files.writeString(fs.getPath("/dir/file"), "x");
      Files.createSymbolicLink(fs.getPath("/link"), fs.getPath("dir/file"));
    }
    DedupOptions readOnly = DedupOptions.builder().readOnly(true).build();
    try (DedupFileSystem fs = DedupFileSystems.open(store, readOnly);
        ControlServer server = ControlServer.start(fs);
        RemoteFileSystem remote = RemoteFileSystem.connect(store).orElseThrow()) {
      assertThat(server.connections()).isPositive();
      assertThat(remote.isReadOnly()).isTrue();
      actions.compare(remote, fs);
    }
  }
}
