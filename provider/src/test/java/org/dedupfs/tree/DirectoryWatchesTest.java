package org.dedupfs.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.InodeNumber;
import org.junit.jupiter.api.Test;

/** Files are told of by name without looking for the same one twice. */
class DirectoryWatchesTest {
  private static final InodeNumber WATCHED = new InodeNumber(2);
  private static final InodeNumber OTHER = new InodeNumber(3);

  /** Entries of the watched directory by cookie. */
  private final TreeMap<Long, Dentry> entries = new TreeMap<>();

  private int reads;
  private final DirectoryWatches watches = new DirectoryWatches(this::read);
  private final List<String> told = new ArrayList<>();

  private List<Dentry> read(InodeNumber directory, long after, int limit) {
    reads++;
    return directory.equals(WATCHED)
        ? entries.tailMap(after, false).values().stream().limit(limit).toList()
        : List.of();
  }

  private final DirectoryListener listener =
      new DirectoryListener() {
        @Override
        public void created(FileName name) {
          told.add("created " + name);
        }

        @Override
        public void deleted(FileName name) {
          told.add("deleted " + name);
        }

        @Override
        public void modified(FileName name) {
          told.add("modified " + name);
        }

        @Override
        public void lost() {
          told.add("lost");
        }

        @Override
        public void gone() {
          told.add("gone");
        }
      };

  private static InodeNumber inode(long number) {
    return new InodeNumber(1_000 + number);
  }

  private static FileName name(long number) {
    return FileName.of(TreeFixture.bytes("f" + number));
  }

  private void addEntries(long count) {
    for (long i = 0; i < count; i++) {
      entries.put(16 + i, new Dentry(WATCHED, 16 + i, name(i), inode(i), FileType.REGULAR));
    }
  }

  private String modify(long number) {
    told.clear();
    watches.modified(inode(number));
    return String.join(", ", told);
  }

  @Test
  void each_file_is_looked_for_once_however_many_there_are() {
    addEntries(10);
    watches.watch(WATCHED, listener);
    for (long i = 0; i < 50_000; i++) {
      assertThat(modify(i)).isEqualTo(i < 10 ? "modified " + name(i) : "");
    }
    int once = reads;
    assertThat(once).isLessThanOrEqualTo(50_000);
    for (long i = 10; i < 50_000; i++) {
      assertThat(modify(i)).isEmpty();
    }
    assertThat(reads).isEqualTo(once);
  }

  @Test
  void what_is_made_elsewhere_is_not_looked_for() {
    addEntries(10);
    watches.watch(WATCHED, listener);
    for (long i = 100; i < 30_000; i++) {
      watches.made(OTHER, name(i), inode(i));
      assertThat(modify(i)).isEmpty();
    }
    assertThat(reads).isZero();
  }

  @Test
  void of_too_many_busy_files_it_is_told_that_something_was_lost() {
    watches.watch(WATCHED, listener);
    long count = WatchedPlaces.MOST_PLACES + 100;
    for (long i = 0; i < count; i++) {
      watches.found(WATCHED, name(i), inode(i));
    }
    for (long i = 0; i < count; i++) {
      assertThat(modify(i)).isEqualTo(i < 100 ? "lost" : "modified " + name(i));
    }
    watches.found(WATCHED, name(5), inode(5));
    assertThat(modify(5)).isEqualTo("modified " + name(5));
    assertThat(reads).isZero();
  }

  @Test
  void a_search_ends_and_is_not_repeated_in_a_huge_directory() {
    addEntries(2L * DirectoryWatches.MOST_ENTRIES_SEARCHED);
    watches.watch(WATCHED, listener);
    long last = 2L * DirectoryWatches.MOST_ENTRIES_SEARCHED - 1;
    assertThat(modify(last)).isEqualTo("lost");
    int once = reads;
    assertThat(modify(last)).isEqualTo("lost");
    assertThat(reads).isEqualTo(once);
    assertThat(modify(0)).isEqualTo("modified " + name(0));
  }

  @Test
  void what_comes_and_goes_is_known_at_once() {
    watches.watch(WATCHED, listener);
    watches.made(OTHER, name(1), inode(1));
    watches.created(WATCHED, name(1), inode(1));
    assertThat(modify(1)).isEqualTo("modified " + name(1));
    watches.deleted(WATCHED, name(1), inode(1));
    assertThat(modify(1)).isEmpty();
    addEntries(3);
    assertThat(modify(1)).isEmpty();
    watches.watch(OTHER, listener);
    assertThat(modify(1)).isEqualTo("modified " + name(1));
  }

  @Test
  void a_file_whose_name_another_one_got_is_not_told_of_by_it() throws IOException {
    try (TreeFixture fs = new TreeFixture(AccessPolicy.RELATIME)) {
      fs.write("/a", "old");
      fs.write("/b", "new");
      try (OpenFile replaced = fs.open("/a");
          var watch = fs.tree.watch(InodeNumber.ROOT, listener)) {
        assertThat(watch).isNotNull();
        fs.stat("/a");
        FileName a = FileName.of(TreeFixture.bytes("a"));
        FileName b = FileName.of(TreeFixture.bytes("b"));
        fs.tree.rename(InodeNumber.ROOT, b, InodeNumber.ROOT, a, true);
        told.clear();
        replaced.write(0, ByteBuffer.wrap(TreeFixture.bytes("gone")));
        assertThat(told).isEmpty();
      }
    }
  }

  @Test
  void inodes_are_remembered_one_by_one() {
    InodeSet set = new InodeSet();
    for (long number : List.of(0L, 1L, 63L, 64L, 32_767L, 32_768L, 1L << 40)) {
      InodeNumber inode = new InodeNumber(number);
      assertThat(set.contains(inode)).isFalse();
      set.add(inode);
      assertThat(set.contains(inode)).isTrue();
      assertThat(set.contains(new InodeNumber(number + 2))).isFalse();
    }
    set.remove(new InodeNumber(64));
    assertThat(Map.of(63L, true, 64L, false))
        .allSatisfy(
            (number, there) -> assertThat(set.contains(new InodeNumber(number))).isEqualTo(there));
    set.clear();
    assertThat(set.contains(new InodeNumber(0))).isFalse();
  }
}
