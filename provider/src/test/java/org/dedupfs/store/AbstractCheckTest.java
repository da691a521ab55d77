package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.store.StoreFixture.bytes;
import static org.dedupfs.store.StoreFixture.random;
import static org.dedupfs.store.StoreFixture.write;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.dedupfs.StoreFinding;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.NewFile;
import org.dedupfs.tree.Tree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store with some of everything, to be damaged and checked. */
abstract class AbstractCheckTest {
  static final NewFile DIRECTORY = new NewFile(FileType.DIRECTORY, 0755, 0, 0, 0);

  @TempDir Path temp;
  DamagedStore store;
  InodeNumber directory;
  InodeNumber file;
  InodeNumber link;

  @BeforeEach
  void fill() throws IOException {
    store = new DamagedStore(temp.resolve("store"));
    try (Store open = StoreFixture.create(store.directory())) {
      Tree tree = open.tree();
      directory = tree.makeDirectory(InodeNumber.ROOT, FileName.of("d"), DIRECTORY).number();
      tree.makeDirectory(directory, FileName.of("e"), DIRECTORY);
      write(tree, "/d/f", random(1, 700_000));
      write(tree, "/g", random(2, 300_000));
      file = tree.lookup(InodeNumber.ROOT, bytes("/d/f"), true).inode().number();
      tree.link(file, InodeNumber.ROOT, FileName.of("h"));
      NewFile symlink = new NewFile(FileType.SYMLINK, 0777, 0, 0, 0);
      link = tree.makeSymlink(directory, FileName.of("l"), bytes("target"), symlink).number();
      tree.setXattr(file, bytes("user.x"), bytes("value"), false, false);
    }
  }

  StoreFinding only(Kind kind) throws IOException {
    List<StoreFinding> found = store.check();
    assertThat(found).extracting(StoreFinding::kind).containsOnly(kind);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  List<Kind> kinds() throws IOException {
    return store.check().stream().map(StoreFinding::kind).distinct().toList();
  }
}
