package org.dedupfs.conformance;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;
import org.dedupfs.DedupFileSystem;

/** Where Lucene's tests have their store, and where in it their directories are. */
final class LuceneStores {
  private LuceneStores() {}

  /** A new directory of the host, without the file systems that Lucene puts around its own. */
  static Path host() {
    return FileSystems.getDefault().getPath(LuceneTestCase.createTempDir().toString());
  }

  /**
   * The path in the store that stands for a directory Lucene made on the host, behind the same
   * virus checker: that is what its tests count on to make deletions fail.
   */
  static Path inside(DedupFileSystem store, Path path) {
    Path ours = store.getPath(path.toAbsolutePath().toString());
    return TestUtil.hasVirusChecker(path) ? LuceneTestCase.addVirusChecker(ours) : ours;
  }
}
