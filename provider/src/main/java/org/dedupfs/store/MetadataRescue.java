package org.dedupfs.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.dedupfs.StoreDamagedException;
import org.dedupfs.StoreFinding;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.StoreFormatException;
import org.dedupfs.blocks.BlockStoreMark;
import org.dedupfs.blocks.Compression;
import org.dedupfs.blocks.HashSearch;
import org.dedupfs.blocks.IndexRebuild;
import org.dedupfs.metadata.JournalEntry;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.MetadataFormatException;
import org.dedupfs.metadata.MetadataSnapshot;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.Row;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.SqliteMetadataStore;
import org.dedupfs.metadata.SqliteSalvage;
import org.dedupfs.metadata.Table;
import org.jspecify.annotations.Nullable;

/** Opens metadata that may be damaged, having saved what is sound of it. */
final class MetadataRescue {
  private static final List<Table<?>> TABLES =
      List.of(
          Table.INODE,
          Table.DENTRY,
          Table.SYMLINK,
          Table.XATTR,
          Table.EXTENTS,
          Table.ORPHAN,
          Table.JOURNAL,
          Table.PROPERTY);

  private final Path store;
  private final Path directory;
  private final PartOptions options;
  private final BiConsumer<StoreFinding, String> done;

  MetadataRescue(
      Path store, Path directory, PartOptions options, BiConsumer<StoreFinding, String> done) {
    this.store = store;
    this.directory = directory;
    this.options = options;
    this.done = done;
  }

  /** Ends what an earlier repair began; then there is a metadata file. */
  void finish() throws IOException {
    Path file = directory.resolve(StoreDirectory.METADATA);
    SqliteSalvage.finish(directory);
    if (!Files.exists(file)) {
      throw new StoreDamagedException(
          store, "the file " + file + " is missing; put it back from a copy", null);
    }
  }

  /** As it is, but for bits of its log that have flipped; null if it cannot be opened. */
  @Nullable MetadataStore openAsIs() throws IOException {
    for (String bit : SqliteSalvage.mendLog(directory)) {
      done.accept(
          new StoreFinding(Kind.METADATA_STRUCTURE, List.of(), 0, 0, 0, 0, bit),
          "is put right; nothing is lost by it");
    }
    try {
      return SqliteMetadataStore.open(directory, options.sqlite());
    } catch (MetadataFormatException | MetadataDamagedException e) {
      return null; // what comes next tells, and may put it in order
    }
  }

  MetadataStore open() throws IOException {
    List<String> wrong = wrong();
    if (!wrong.isEmpty()) {
      SqliteSalvage.Result result;
      try {
        result = SqliteSalvage.run(directory);
      } catch (MetadataDamagedException e) {
        throw new StoreDamagedException(store, String.valueOf(e.getMessage()), e);
      }
      String text =
          result.rows()
              + " sound rows are saved; the damaged file is kept as "
              + result.damagedFile()
              + ", delete it when all is well"
              + (result.certain()
                  ? ""
                  : "; which of its pages were given up before cannot be told any more: files that"
                      + " were deleted or overwritten may be back as they were");
      for (String each : wrong) {
        done.accept(new StoreFinding(Kind.METADATA_STRUCTURE, List.of(), 0, 0, 0, 0, each), text);
      }
    }
    return SqliteMetadataStore.open(directory, options.sqlite());
  }

  /** What is wrong with the file and its rows as such; some of it. */
  private List<String> wrong() throws IOException {
    List<String> wrong = new ArrayList<>();
    MetadataSnapshot.Damage damage =
        (table, what) -> {
          if (wrong.size() < 100) {
            wrong.add(what);
          }
        };
    try (MetadataStore metadata = SqliteMetadataStore.open(directory, options.sqlite());
        MetadataSnapshot snapshot = metadata.snapshot()) {
      snapshot.checkStructure(damage);
      for (Table<?> table : TABLES) {
        read(snapshot, table, damage);
      }
    } catch (MetadataFormatException e) {
      if (String.valueOf(e.getMessage()).contains("newer")) {
        throw new StoreFormatException(store, String.valueOf(e.getMessage()), e);
      }
      wrong.add(String.valueOf(e.getMessage()));
    } catch (MetadataDamagedException e) {
      wrong.add(String.valueOf(e.getMessage()));
    }
    return wrong;
  }

  private static <R extends Row> void read(
      MetadataSnapshot snapshot, Table<R> table, MetadataSnapshot.Damage damage)
      throws IOException {
    try (MetadataSnapshot.Rows<R> rows =
        snapshot.rows(RowKey.first(table), RowKey.end(table), damage)) {
      R row = rows.next();
      while (row != null) {
        row = rows.next();
      }
    }
  }

  /** Who the store is; made anew where it is lost. */
  StoreIdentity identity(MetadataStore metadata) throws IOException {
    try {
      StoreIdentity recorded = StoreIdentity.recorded(store, metadata);
      if (recorded != null) {
        return recorded;
      }
    } catch (StoreDamagedException e) {
      // Some of it is there; that is not worth much without the rest.
      renewed(metadata, String.valueOf(e.getMessage()));
      return Objects.requireNonNull(StoreIdentity.recorded(store, metadata));
    }
    renewed(metadata, "the store has lost its identity");
    return Objects.requireNonNull(StoreIdentity.recorded(store, metadata));
  }

  private void renewed(MetadataStore metadata, String found) throws IOException {
    MetadataBatch batch = new MetadataBatch();
    StoreIdentity.random().properties().forEach(batch::put);
    metadata.commit(batch);
    done.accept(
        new StoreFinding(Kind.PROPERTY, List.of(), 0, 0, 0, 0, found),
        "the store has a new identity");
  }

  /** Forgets a mark of the blocks, or their identity, that makes no sense. */
  void blocksMark(MetadataStore metadata) throws IOException {
    try {
      BlockStoreMark unused = BlocksMark.committed(metadata);
    } catch (MetadataDamagedException e) {
      BlocksMark.forget(metadata);
      done.accept(
          new StoreFinding(Kind.PROPERTY, List.of(), 0, 0, 0, 0, String.valueOf(e.getMessage())),
          "is made anew with what is written next");
    }
  }

  /** What the store was made with; the defaults where it is lost. */
  FixedOptions fixed(MetadataStore metadata, Path blocks) throws IOException {
    MetadataBatch batch = new MetadataBatch();
    for (Property usual : FixedOptions.usual()) {
      if (!makesSense(metadata.get(usual.key()), usual)) {
        Property found =
            usual.name().equals(FixedOptions.HASH) ? hash(metadata, blocks, usual) : usual;
        batch.put(found);
        done.accept(
            new StoreFinding(
                Kind.PROPERTY,
                List.of(),
                0,
                0,
                0,
                0,
                "the store has lost its property " + usual.name()),
            "is " + found.value() + " now");
      }
    }
    if (!batch.isEmpty()) {
      metadata.commit(batch);
    }
    return FixedOptions.recorded(store, metadata);
  }

  private static boolean makesSense(@Nullable Property property, Property usual) {
    return property != null && FixedOptions.isValid(usual.name(), property.value());
  }

  /** Records where the blocks are, if that is not what is recorded. */
  void blocksDirectory(MetadataStore metadata, Path blocks) throws IOException {
    Path recorded = FixedOptions.recordedBlocksDirectory(store, metadata);
    if (!recorded.equals(blocks)) {
      metadata.commit(new MetadataBatch().put(FixedOptions.blocksDirectoryProperty(blocks)));
      done.accept(
          new StoreFinding(
              Kind.PROPERTY, List.of(), 0, 0, 0, 0, "there are no blocks in " + recorded),
          "the blocks are in " + blocks + " now, as asked for");
    }
  }

  /** Of the blocks that are there; a wrong one would make all of them look damaged. */
  private Property hash(MetadataStore metadata, Path blocks, Property usual) throws IOException {
    String kept =
        IndexRebuild.hashOf(blocks, options.blocks(usual.value(), Compression.DEFAULT, false));
    if (kept != null && FixedOptions.isValid(usual.name(), kept)) {
      return new Property(usual.name(), kept);
    }
    List<byte[]> journal = new ArrayList<>();
    for (JournalEntry entry :
        metadata.range(RowKey.journal(0), RowKey.journal(Long.MAX_VALUE), 64)) {
      journal.add(entry.record());
    }
    HashSearch.Result found = HashSearch.run(blocks, journal);
    if (!found.any()) {
      return usual;
    }
    String name = found.name();
    if (name == null) {
      throw new StoreDamagedException(
          store,
          "the store has lost the name of its hash, and no block in "
              + blocks
              + " tells it; put metadata.sqlite or the blocks back from a copy",
          null);
    }
    return new Property(usual.name(), name);
  }
}
