package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dedupfs.store.StoreFixture.bytes;
import static org.dedupfs.store.StoreFixture.random;
import static org.dedupfs.store.StoreFixture.read;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.dedupfs.MaintenanceListener.Phase;
import org.dedupfs.StoreFinding;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.ExtentPage;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.Orphan;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Symlink;
import org.dedupfs.metadata.Xattr;
import org.dedupfs.tree.Tree;
import org.junit.jupiter.api.Test;

/** Whatever is wrong, after a repair all is in order or reads as an error. */
class RepairOfAnythingTest extends AbstractRepairTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  @Test
  void a_lost_identity_is_made_anew_and_all_names_are_found() throws IOException {
    store.change(
        batch ->
            batch
                .delete(RowKey.property("uuid"))
                .delete(RowKey.property("cookieKey"))
                .delete(RowKey.property("format"))
                .delete(RowKey.property("chunking"))
                .delete(RowKey.property("hash"))
                .delete(RowKey.property("compression"))
                .delete(RowKey.property(Property.NEXT_INODE))
                .delete(RowKey.property(Property.BLOCK_LEASE)));
    repairWhole();
    assertAllThere();
    assertStillDeduplicates();
  }

  /** Each of these a check finds; see {@link CheckTest}. */
  private List<DamagedStore.Change> damages() throws IOException {
    InodeNumber inner = store.lookup(directory, "e");
    Inode root = store.inode(InodeNumber.ROOT);
    Dentry name = store.entry(directory, "f", file, FileType.REGULAR);
    Dentry away = store.entry(InodeNumber.ROOT, "d", directory, FileType.DIRECTORY);
    InodeNumber nothing = new InodeNumber(99);
    Property next = new Property(Property.NEXT_INODE, "100");
    List<Extent> extents = store.extents(file);
    return List.of(
        batch -> batch.put(store.entry(InodeNumber.ROOT, "x", nothing, FileType.FIFO)).put(next),
        batch ->
            batch.put(store.entry(InodeNumber.ROOT, "x", nothing, FileType.BLOCK_DEVICE)).put(next),
        batch -> batch.put(store.entry(directory, "f", file, FileType.FIFO)),
        batch ->
            batch
                .delete(name.key())
                .put(new Dentry(directory, 77, name.name(), file, FileType.REGULAR)),
        batch -> batch.delete(name.key()).put(store.entry(directory, "..", file, FileType.REGULAR)),
        batch -> batch.put(store.entry(file, "x", link, FileType.SYMLINK)),
        batch -> batch.put(store.entry(InodeNumber.ROOT, "d2", directory, FileType.DIRECTORY)),
        batch -> batch.put(store.inode(inner).toBuilder().parent(InodeNumber.ROOT).build()),
        batch ->
            batch
                .delete(away.key())
                .put(root.toBuilder().nlink(root.nlink() - 1).build())
                .put(store.entry(inner, "d", directory, FileType.DIRECTORY))
                .put(store.inode(inner).toBuilder().nlink(3).build())
                .put(store.inode(directory).toBuilder().parent(inner).build()),
        batch -> batch.put(store.inode(file).toBuilder().nlink(3).build()),
        batch ->
            batch
                .delete(store.entry(directory, "l", link, FileType.SYMLINK).key())
                .put(store.inode(link).toBuilder().nlink(0).build()),
        batch -> batch.put(new Orphan(file)).put(new Orphan(nothing)),
        batch -> batch.put(store.inode(link).toBuilder().sizeBytes(1).build()),
        batch -> batch.put(store.inode(link).toBuilder().mode(0777).build()),
        batch -> batch.put(store.inode(directory).toBuilder().mode(0777).build()),
        batch -> batch.put(store.inode(file).toBuilder().sizeBytes(-5).build()),
        batch -> batch.delete(RowKey.symlink(link)),
        batch ->
            batch
                .put(new Xattr(nothing, bytes("user.y"), bytes("1")))
                .put(new Symlink(file, bytes("no")))
                .put(ExtentPage.of(link, List.of(Extent.hole(0, 5))))
                .put(next),
        batch -> batch.put(store.inode(file).toBuilder().allocatedBytes(5).build()),
        batch -> batch.put(store.inode(file).toBuilder().sizeBytes(CONTENT.length + 99).build()),
        batch -> batch.put(store.inode(file).toBuilder().sizeBytes(100).build()),
        batch -> {
          batch.delete(RowKey.extents(file, 0));
          for (int i = 1; i < extents.size(); i++) {
            batch.put(ExtentPage.of(file, List.of(extents.get(i))));
          }
        },
        batch -> {
          for (int i = 1; i < extents.size(); i++) {
            Extent extent = extents.get(i);
            long offset = extent.offsetBytes() - 5;
            batch.put(ExtentPage.of(file, List.of(Extent.hole(offset, extent.lengthBytes() + 5))));
          }
        },
        batch -> batch.put(new Property("counter.files", "77")).delete(RowKey.property("uuid")),
        batch -> batch.delete(RowKey.inode(InodeNumber.ROOT)).delete(away.key()));
  }

  @Test
  void whatever_a_check_finds_is_put_in_order_or_reads_as_an_error() throws IOException {
    Path sound = store.directory();
    int number = 0;
    for (DamagedStore.Change damage : damages()) {
      Path copy = temp.resolve("copy" + number);
      StoreFixture.copy(sound, copy);
      store = new DamagedStore(copy);
      store.change(damage);
      DamagedStore.Heard heard = repair();
      assertThat(heard.repairs).as("damage %d", number).isNotEmpty();
      assertThat(heard.findings)
          .as("damage %d", number)
          .extracting(StoreFinding::kind)
          .allMatch(kind -> kind == Kind.RANGE_LOST);
      number++;
    }
  }

  /** Whatever rows are lost, the store is sound afterwards, and what is read is right. */
  @Test
  void any_rows_may_be_lost() throws IOException {
    Path sound = store.directory();
    Random random = new Random(SEED);
    for (int round = 0; round < 6; round++) {
      Path copy = temp.resolve("round" + round);
      StoreFixture.copy(sound, copy);
      store = new DamagedStore(copy);
      store.deleteRows(random, 1 + random.nextInt(4));
      DamagedStore.Heard heard = repair();
      assertThat(heard.findings)
          .as("seed %d round %d", SEED, round)
          .extracting(StoreFinding::kind)
          .allMatch(kind -> kind == Kind.RANGE_LOST);
      try (Store open = StoreFixture.open(copy)) {
        for (String path : List.of("/d/f", "/h", "/d/e/g")) {
          byte[] found = readOrNull(open.tree(), path);
          assertThat(found)
              .as("seed %d round %d %s", SEED, round, path)
              .isIn(null, path.endsWith("g") ? OTHER : CONTENT);
        }
      }
    }
  }

  /** Null when it is not there or cannot be read. */
  private static byte[] readOrNull(Tree tree, String path) {
    try {
      return tree.lookup(InodeNumber.ROOT, bytes(path), true).inode() == null
          ? null
          : read(tree, path);
    } catch (IOException e) {
      return null;
    }
  }

  @Test
  void a_repair_can_be_stopped_and_another_one_ends_it() throws IOException {
    store.sql("UPDATE inode SET mode = mode + 1 WHERE number = " + file.value());
    store.flipInTable("index");
    for (Phase phase : List.of(Phase.INDEX, Phase.REPAIR)) {
      DamagedStore.Heard stopping =
          new DamagedStore.Heard() {
            @Override
            public void progress(Phase now, long done, long total) throws InterruptedException {
              if (now == phase) {
                throw new InterruptedException();
              }
            }
          };
      assertThatThrownBy(
              () -> Store.repair(store.directory(), StoreFixture.options().build(), stopping))
          .isInstanceOf(java.io.InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
    repair();
    assertAllThere();
  }
}
