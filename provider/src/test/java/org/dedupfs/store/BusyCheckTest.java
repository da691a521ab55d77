package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.dedupfs.CheckSummary;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.StoreFinding;
import org.dedupfs.blocks.InMemoryBlockStore;
import org.dedupfs.maintenance.Check;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.SnapshotEndedException;
import org.dedupfs.metadata.SqliteMetadataStore;
import org.dedupfs.metadata.SqliteOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks beside others who write all the time: the log of the metadata stays bounded. */
class BusyCheckTest {
  private static final int FILES = 6_000;
  private static final long LOG_BYTES = 1 << 20;
  private static final int ROWS_AT_ONCE = 5;
  private static final int ROW_CHARS = 60_000;

  @TempDir Path temporary;
  private Path directory;

  @BeforeEach
  void store() throws IOException {
    directory = temporary.resolve("store");
    try (Store store = StoreFixture.create(directory)) {
      for (int i = 0; i < FILES; i++) {
        StoreFixture.write(store.tree(), "/f" + i, new byte[0]);
      }
    }
  }

  /** Writes some 300 KB whenever it hears how far a check is, so many times. */
  private final class Writer implements MaintenanceListener {
    private final MetadataStore metadata;
    private final int most;
    private int times;
    private long longestLogBytes;

    Writer(MetadataStore metadata, int most) {
      this.metadata = metadata;
      this.most = most;
    }

    @Override
    public void found(StoreFinding finding) {
      throw new AssertionError(finding.toString());
    }

    @Override
    public void progress(Phase phase, long done, long total) {
      if (times == most) {
        return;
      }
      times++;
      try {
        MetadataBatch batch = new MetadataBatch();
        String value = String.valueOf((char) ('a' + times % 26)).repeat(ROW_CHARS);
        for (int i = 0; i < ROWS_AT_ONCE; i++) {
          batch.put(new Property("of no meaning " + i, value));
        }
        metadata.commit(batch);
        Path log = directory.resolve(StoreDirectory.METADATA + "-wal");
        longestLogBytes = Math.max(longestLogBytes, Files.size(log));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private MetadataStore open() throws IOException {
    return SqliteMetadataStore.open(
        directory, SqliteOptions.DEFAULT.withSnapshotLogBytes(LOG_BYTES));
  }

  private CheckSummary check(MetadataStore metadata, Writer writer) throws IOException {
    StoreIdentity identity = Objects.requireNonNull(StoreIdentity.recorded(directory, metadata));
    return new Check(metadata, new InMemoryBlockStore(count -> 1), identity.nameCookies())
        .run(writer);
  }

  @Test
  void a_check_is_begun_anew_when_much_was_written_and_finds_nothing_wrong() throws IOException {
    try (MetadataStore metadata = open()) {
      Writer writer = new Writer(metadata, 6);
      CheckSummary summary = check(metadata, writer);
      assertThat(summary.findings()).isZero();
      assertThat(summary.inodes()).isEqualTo(FILES + 1);
      assertThat(writer.times).isEqualTo(6);
      assertThat(writer.longestLogBytes).as("begun anew").isGreaterThan(LOG_BYTES);
    }
  }

  @Test
  void a_check_beside_who_never_stops_ends_before_the_log_fills_the_disk() throws IOException {
    try (MetadataStore metadata = open()) {
      Writer writer = new Writer(metadata, Integer.MAX_VALUE);
      assertThatThrownBy(() -> check(metadata, writer))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("others write so much")
          .hasCauseInstanceOf(SnapshotEndedException.class);
      assertThat(writer.times).isGreaterThan(8);
      assertThat(writer.longestLogBytes).isBetween(LOG_BYTES, 2 * LOG_BYTES);
      metadata.commit(new MetadataBatch().put(new Property("last", "one")));
    }
    try (Store store = StoreFixture.open(directory)) {
      assertThat(store.check(finding -> {}).findings()).isZero();
    }
  }
}
