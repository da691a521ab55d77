package org.dedupfs.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.DedupOptions;
import org.dedupfs.host.HostPath;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is decided when a store is made. */
final class CreationOptions {
  @Option(
      names = "--chunking",
      paramLabel = "HOW",
      completionCandidates = Chunkings.class,
      description =
          "cdc:SIZE finds equal data wherever it stands (default cdc:64k), fixed:SIZE only at"
              + " multiples of SIZE, which suits disk images.")
  private @Nullable String chunking;

  @Option(
      names = "--hash",
      paramLabel = "DIGEST",
      description = "A digest of Java of at least 256 bits (default SHA-256).")
  private @Nullable String hash;

  @Option(
      names = "--compression",
      paramLabel = "HOW",
      completionCandidates = Compressions.class,
      description = "zstd:-5 to zstd:19 (default zstd:1), lz4, deflate:1 to deflate:9, none.")
  private @Nullable String compression;

  @Option(
      names = "--metadata-directory",
      paramLabel = "DIR",
      description = "Where names and attributes (SQLite) are kept; default: in STORE.")
  private @Nullable String metadataDirectory;

  @Option(
      names = "--blocks-directory",
      paramLabel = "DIR",
      description = "Where the data (RocksDB) is kept; default: in STORE.")
  private @Nullable String blocksDirectory;

  /** Examples for a shell to offer. */
  static final class Chunkings extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Chunkings() {
      super(List.of("cdc:16k", "cdc:64k", "cdc:256k", "fixed:4k", "fixed:64k", "fixed:128k"));
    }
  }

  /** Examples for a shell to offer. */
  static final class Compressions extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Compressions() {
      super(List.of("zstd:1", "zstd:3", "zstd:9", "zstd:19", "lz4", "deflate:6", "none"));
    }
  }

  /**
   * Adds what was given.
   *
   * @throws IllegalArgumentException for a bad value, naming what is allowed
   */
  DedupOptions addTo(DedupOptions opening) {
    DedupOptions.Builder builder = opening.toBuilder();
    set(builder, "chunking", chunking);
    set(builder, "hash", hash);
    set(builder, "compression", compression);
    set(builder, "metadataDirectory", absolute(metadataDirectory));
    set(builder, "blocksDirectory", absolute(blocksDirectory));
    return builder.build();
  }

  private static void set(DedupOptions.Builder builder, String key, @Nullable Object value) {
    if (value != null) {
      builder.set(key, value);
    }
  }

  private static @Nullable Path absolute(@Nullable String directory) {
    return directory == null ? null : HostPath.absolute(HostArgument.path(directory));
  }
}
