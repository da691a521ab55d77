package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.store.StoreFixture.bytes;
import static org.dedupfs.store.StoreFixture.random;
import static org.dedupfs.store.StoreFixture.read;
import static org.dedupfs.store.StoreFixture.write;

import java.io.IOException;
import java.nio.file.Path;
import org.dedupfs.RepairSummary;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.NewFile;
import org.dedupfs.tree.Tree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store with some of everything, to be damaged and repaired. */
abstract class AbstractRepairTest {
  static final NewFile DIRECTORY = new NewFile(FileType.DIRECTORY, 0755, 0, 0, 0);
  static final byte[] CONTENT = random(1, 700_000);
  static final byte[] OTHER = random(2, 300_000);

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
      write(tree, "/d/f", CONTENT);
      write(tree, "/d/e/g", OTHER);
      file = tree.lookup(InodeNumber.ROOT, bytes("/d/f"), true).inode().number();
      tree.link(file, InodeNumber.ROOT, FileName.of("h"));
      NewFile symlink = new NewFile(FileType.SYMLINK, 0777, 0, 0, 0);
      link = tree.makeSymlink(directory, FileName.of("l"), bytes("target"), symlink).number();
      tree.setXattr(file, bytes("user.x"), bytes("value"), false, false);
    }
  }

  DamagedStore.Heard repair() throws IOException {
    DamagedStore.Heard heard = new DamagedStore.Heard();
    RepairSummary summary = Store.repair(store.directory(), StoreFixture.options().build(), heard);
    assertThat(summary.repaired()).isEqualTo(heard.repairs.size());
    assertThat(summary.left()).isEqualTo(heard.findings.size());
    assertThat(store.check()).as("left").containsExactlyElementsOf(heard.findings);
    return heard;
  }

  void repairWhole() throws IOException {
    DamagedStore.Heard heard = repair();
    assertThat(heard.findings).isEmpty();
    assertThat(heard.repairs).isNotEmpty();
  }

  void assertAllThere() throws IOException {
    try (Store open = StoreFixture.open(store.directory())) {
      assertThat(read(open.tree(), "/d/f")).isEqualTo(CONTENT);
      assertThat(read(open.tree(), "/h")).isEqualTo(CONTENT);
      assertThat(read(open.tree(), "/d/e/g")).isEqualTo(OTHER);
      assertThat(open.tree().readSymlink(link)).isEqualTo(bytes("target"));
      assertThat(open.tree().stat(file).nlink()).isEqualTo(2);
    }
  }

  void assertStillDeduplicates() throws IOException {
    try (Store open = StoreFixture.open(store.directory())) {
      long before = open.statistics().blocks();
      write(open.tree(), "/again", CONTENT);
      open.syncAll();
      assertThat(open.statistics().blocks()).isEqualTo(before);
    }
  }
}
