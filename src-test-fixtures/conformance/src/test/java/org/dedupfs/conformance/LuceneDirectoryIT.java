package org.dedupfs.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.tests.store.BaseDirectoryTestCase;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.AfterClass;
import org.junit.BeforeClass;

/** Lucene's tests of a directory for indexes, on its {@code NIOFSDirectory} in a store. */
public class LuceneDirectoryIT extends BaseDirectoryTestCase {
  private static DedupFileSystem store;

  @BeforeClass
  public static void openStore() throws IOException {
    store = DedupFileSystems.create(LuceneStores.host().resolve("store"));
  }

  @AfterClass
  public static void closeStore() throws IOException {
    store.close();
    store = null;
  }

  @Override
  protected Directory getDirectory(Path path) throws IOException {
    return new NIOFSDirectory(LuceneStores.inside(store, path));
  }

  /** As the case that it replaces, which looks for the file on the host. */
  @Override
  public void testFsyncDoesntCreateNewFiles() throws IOException {
    Path directory = store.getPath("/synced");
    try (Directory index = new NIOFSDirectory(directory)) {
      index.createOutput("file", newIOContext(random())).close();
      Files.delete(directory.resolve("file"));
      expectThrows(NoSuchFileException.class, () -> index.sync(Set.of("file")));
      assertEquals(0, index.listAll().length);
    }
  }
}
