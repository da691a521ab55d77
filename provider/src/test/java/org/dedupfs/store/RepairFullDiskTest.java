package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dedupfs.store.StoreFixture.random;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.testing.ChildJvm;
import org.dedupfs.testing.SmallDisk;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Repairs where there is too little space, more of it each time: all that fail say so and change
 * nothing, and the first that succeeds has everything. Needs the right to mount.
 */
@Timeout(300)
class RepairFullDiskTest {
  private static final int FILES = 3_000;
  private static final int SMALL_BYTES = 200;
  private static final int LARGE = 12;
  private static final int LARGE_BYTES = 1 << 20;
  private static final MaintenanceListener NOBODY = finding -> {};

  @TempDir Path temporary;
  @AutoClose private SmallDisk disk;
  private Path directory;

  @BeforeEach
  void mountAndStore() throws IOException {
    disk = SmallDisk.mount(temporary, "size=256m");
    directory = disk.path().resolve("store");
    try (Store store = StoreFixture.create(directory)) {
      for (int i = 0; i < FILES; i++) {
        StoreFixture.write(store.tree(), "/s" + i, random(i, SMALL_BYTES));
      }
      for (int i = 0; i < LARGE; i++) {
        StoreFixture.write(store.tree(), "/l" + i, random(FILES + i, LARGE_BYTES));
      }
    }
  }

  private void leaveFree(long bytes) throws IOException {
    long used = 0;
    for (long each : sizes().values()) {
      used += (each + 4095) & -4096;
    }
    disk.resize(used + bytes + (64 << 10)); // and its directories
  }

  private Map<Path, Long> sizes() throws IOException {
    Map<Path, Long> sizes = new HashMap<>();
    for (Path part : List.of(directory, directory.resolve("blocks"))) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(part)) {
        for (Path file : files) {
          if (Files.isRegularFile(file)) {
            sizes.put(file, Files.size(file));
          }
        }
      }
    }
    return sizes;
  }

  /** What a repair must leave as it is: the metadata, and files of blocks by name. */
  private Map<String, byte[]> precious() throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    for (Path file : sizes().keySet()) {
      String name = file.getFileName().toString();
      if (name.equals(StoreDirectory.METADATA) || name.endsWith(".sst")) {
        contents.put(name, Files.readAllBytes(file));
      }
    }
    return contents;
  }

  /** Repairs with ever more space; how often in vain. */
  private int repairWithEverMoreSpace(long firstBytes, long stepBytes) throws IOException {
    Map<String, byte[]> before = precious();
    for (int refusals = 0; ; refusals++) {
      leaveFree(firstBytes + refusals * stepBytes);
      try {
        assertThat(Store.repair(directory, StoreFixture.options().build(), NOBODY).left()).isZero();
        return refusals;
      } catch (IOException e) {
        assertThat(e.getMessage()).as(e.toString()).containsPattern("no space left|needs \\d+");
        Map<String, byte[]> after = precious();
        assertThat(after.keySet()).isEqualTo(before.keySet());
        before.forEach((name, bytes) -> assertThat(after.get(name)).as(name).isEqualTo(bytes));
        try (DirectoryStream<Path> rests =
            Files.newDirectoryStream(directory, "*.{damaged-*,before-repair-*,saving,saved}")) {
          assertThat(rests).as(e.toString()).isEmpty();
        }
      }
    }
  }

  private void assertAllThere() throws IOException {
    disk.resize(256L << 20);
    try (Store store = StoreFixture.open(directory)) {
      for (int i = 0; i < FILES; i++) {
        assertThat(StoreFixture.read(store.tree(), "/s" + i)).isEqualTo(random(i, SMALL_BYTES));
      }
      for (int i = 0; i < LARGE; i++) {
        assertThat(StoreFixture.read(store.tree(), "/l" + i))
            .isEqualTo(random(FILES + i, LARGE_BYTES));
      }
      assertThat(store.check(NOBODY).findings()).isZero();
    }
  }

  @Test
  void metadata_is_saved_whole_or_left_as_it_is() throws IOException {
    Path metadata = directory.resolve(StoreDirectory.METADATA);
    try (FileChannel file = FileChannel.open(metadata, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(100));
    }
    long bytes = Files.size(metadata);
    assertThat(repairWithEverMoreSpace(bytes / 2, bytes / 2)).isGreaterThan(3);
    assertAllThere();
  }

  @Test
  void blocks_are_saved_whole_or_left_as_they_are() throws IOException {
    try (DirectoryStream<Path> lists =
        Files.newDirectoryStream(directory.resolve("blocks"), "{CURRENT,MANIFEST-*}")) {
      for (Path list : lists) {
        Files.delete(list);
      }
    }
    assertThat(repairWithEverMoreSpace(256 << 10, 2 << 20)).isGreaterThan(3);
    assertAllThere();
  }

  /** A process that repairs, and says what it is told. */
  static final class Repairer {
    private Repairer() {}

    public static void main(String[] arguments) {
      try {
        Store.repair(Path.of(arguments[0]), StoreFixture.options().build(), NOBODY);
        System.out.println("told nothing");
      } catch (IOException e) {
        System.out.println("told " + e);
      }
    }
  }

  private String told(String script) throws IOException {
    List<String> prefix =
        List.of("unshare", "-rm", "sh", "-euc", script, "sh", directory.toString());
    try (ChildJvm child = ChildJvm.start(prefix, Repairer.class, directory.toString())) {
      return child.await("told ");
    }
  }

  @Test
  void a_disk_that_is_read_only_is_told_as_such() throws IOException {
    Map<String, byte[]> before = precious();
    assertThat(
            told("mount --bind \"$1\" \"$1\"; mount -o remount,ro,bind \"$1\"; shift; exec \"$@\""))
        .contains("Read-only file system");
    precious().forEach((name, bytes) -> assertThat(bytes).isEqualTo(before.get(name)));
  }
}
