package org.dedupfs.store;

import static org.dedupfs.store.StoreFixture.bytes;
import static org.dedupfs.store.StoreFixture.random;
import static org.dedupfs.store.StoreFixture.write;

import java.io.IOException;
import java.nio.file.Path;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.NewFile;
import org.dedupfs.tree.Tree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store with some of everything, to be damaged. */
abstract class AbstractDamageTest {
  static final NewFile DIRECTORY = new NewFile(FileType.DIRECTORY, 0755, 0, 0, 0);
  static final byte[] CONTENT = random(1, 700_000);
  static final byte[] OTHER = random(2, 300_000);

  private final String otherPath;

  @TempDir Path temp;
  DamagedStore store;
  InodeNumber directory;
  InodeNumber file;
  InodeNumber link;

  /**
   * @param otherPath where the second file is
   */
  AbstractDamageTest(String otherPath) {
    this.otherPath = otherPath;
  }

  @BeforeEach
  void fill() throws IOException {
    store = new DamagedStore(temp.resolve("store"));
    try (Store open = StoreFixture.create(store.directory())) {
      Tree tree = open.tree();
      directory = tree.makeDirectory(InodeNumber.ROOT, FileName.of("d"), DIRECTORY).number();
      tree.makeDirectory(directory, FileName.of("e"), DIRECTORY);
      write(tree, "/d/f", CONTENT);
      write(tree, otherPath, OTHER);
      file = tree.lookup(InodeNumber.ROOT, bytes("/d/f"), true).inode().number();
      tree.link(file, InodeNumber.ROOT, FileName.of("h"));
      NewFile symlink = new NewFile(FileType.SYMLINK, 0777, 0, 0, 0);
      link = tree.makeSymlink(directory, FileName.of("l"), bytes("target"), symlink).number();
      tree.setXattr(file, bytes("user.x"), bytes("value"), false, false);
    }
  }
}
