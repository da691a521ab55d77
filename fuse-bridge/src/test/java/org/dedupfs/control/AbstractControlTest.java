package org.dedupfs.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store that is open here, for servers and clients of it. */
abstract class AbstractControlTest {
  static final Limits PATIENT = Limits.DEFAULTS;

  @TempDir Path directory;
  DedupFileSystem store;

  @BeforeEach
  void create() throws IOException {
    store = DedupFileSystems.create(directory.resolve("store"));
    Files.writeString(store.getPath("/file"), "content");
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  Path socket() {
    return store.storeDirectory().resolve("control");
  }

  RemoteFileSystem connect() throws IOException {
    return RemoteFileSystem.connect(store.storeDirectory()).orElseThrow();
  }

  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
