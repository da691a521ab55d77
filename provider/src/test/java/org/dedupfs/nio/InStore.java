package org.dedupfs.nio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Tests that share one store, each in a directory of its own. */
abstract class InStore {
  @TempDir static Path host;
  static DedupFileSystem fs;

  Path directory;

  @BeforeAll
  static void openStore() throws IOException {
    fs = DedupFileSystems.create(host.resolve("store"));
  }

  @AfterAll
  static void closeStore() throws IOException {
    fs.close();
  }

  @BeforeEach
  void makeDirectory(TestInfo test) throws IOException {
    String name = test.getTestMethod().orElseThrow().getName() + test.getDisplayName().hashCode();
    directory = Files.createDirectory(fs.getPath("/", name));
  }
}
