package org.dedupfs.conformance;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.store.NativeFSLockFactory;
import org.apache.lucene.tests.store.BaseLockFactoryTestCase;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.AfterClass;
import org.junit.BeforeClass;

/** Lucene's tests of the locks of indexes, on its {@code NativeFSLockFactory} in a store. */
public class LuceneLockFactoryIT extends BaseLockFactoryTestCase {
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
    return new NIOFSDirectory(LuceneStores.inside(store, path), NativeFSLockFactory.INSTANCE);
  }
}
