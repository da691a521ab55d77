package org.dedupfs.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.StoreFinding;
import org.dedupfs.blocks.InMemoryBlockStore;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.NameCookies;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.SqliteMetadataStore;
import org.dedupfs.metadata.SqliteOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repair with very many findings needs no more room for its log than one with few. */
class RepairLogTest {
  private static final int FILES = 1_500;
  private static final int IN_ROUND = 100;
  private static final NameCookies COOKIES = new NameCookies(1, 2);

  @TempDir Path directory;

  /** Each file says that it has two names, and has one. */
  private static void fill(MetadataStore metadata) throws IOException {
    MetadataBatch batch = new MetadataBatch();
    batch.put(
        new Inode.Builder(InodeNumber.ROOT)
            .mode(FileType.DIRECTORY.modeBits() | 0755)
            .nlink(2)
            .parent(InodeNumber.ROOT)
            .build());
    for (int i = 2; i < FILES + 2; i++) {
      InodeNumber number = new InodeNumber(i);
      FileName name = FileName.of("file " + i);
      batch.put(new Inode.Builder(number).mode(FileType.REGULAR.modeBits()).nlink(2).build());
      batch.put(new Dentry(InodeNumber.ROOT, COOKIES.cookie(name), name, number, FileType.REGULAR));
    }
    batch.put(new Property(Property.NEXT_INODE, Integer.toString(FILES + 10)));
    batch.put(new Property(Property.BLOCK_LEASE, "1"));
    for (Counter counter : Counter.values()) {
      long value =
          switch (counter) {
            case FILES -> FILES;
            case DIRECTORIES -> 1;
            case LOGICAL_BYTES -> 0;
          };
      batch.put(
          new Property(
              new String(counter.key().third(), java.nio.charset.StandardCharsets.UTF_8),
              Long.toString(value)));
    }
    metadata.commit(batch);
    metadata.shortenLog();
  }

  private final class Watching implements MaintenanceListener {
    private final Path log = directory.resolve("metadata.sqlite-wal");
    private long largestLogBytes;
    private long repaired;

    @Override
    public void found(StoreFinding finding) {
      throw new AssertionError(finding);
    }

    @Override
    public void repaired(StoreFinding finding, String text) {
      repaired++;
    }

    @Override
    public void progress(Phase phase, long done, long total) {
      try {
        largestLogBytes = Math.max(largestLogBytes, Files.exists(log) ? Files.size(log) : 0);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  private Watching repair(int mostInRound) throws IOException {
    Files.deleteIfExists(directory.resolve("metadata.sqlite"));
    AtomicLong ids = new AtomicLong(1);
    Watching watching = new Watching();
    SqliteOptions options = SqliteOptions.DEFAULT.withDurable(false);
    try (InMemoryBlockStore blocks = new InMemoryBlockStore(ids::getAndAdd);
        MetadataStore metadata = SqliteMetadataStore.create(directory, options)) {
      fill(metadata);
      assertThat(new Repair(metadata, blocks, COOKIES, () -> 5, mostInRound).run(watching))
          .isEqualTo(FILES);
      assertThat(new Check(metadata, blocks, COOKIES).run(watching).findings()).isZero();
    }
    assertThat(watching.repaired).isEqualTo(FILES);
    return watching;
  }

  @Test
  void the_log_is_cut_off_between_rounds() throws IOException {
    long whole = repair(Integer.MAX_VALUE).largestLogBytes;
    long parts = repair(IN_ROUND).largestLogBytes;
    assertThat(parts).isLessThan(whole / 4).isPositive();
  }
}
