package org.dedupfs.command;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.dedupfs.ByteNames;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.DedupUri;
import org.dedupfs.StoreNotFoundException;
import org.dedupfs.transfer.HostSide;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * STORE on the command line: a directory or a {@code dedup:} URI.
 *
 * @param path where the URI points, else the root
 */
record StoreArgument(Path directory, String path) {
  static final String HELP = "The store: its directory, or a dedup: URI.";

  /** For picocli. */
  static final class Converter implements ITypeConverter<StoreArgument> {
    @Override
    public StoreArgument convert(String text) {
      try {
        if (!text.startsWith(DedupUri.SCHEME + ":")) {
          return new StoreArgument(HostArgument.path(text), "/");
        }
        DedupUri uri = DedupUri.parse(URI.create(text));
        return new StoreArgument(uri.store(), ByteNames.toText(uri.path()));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  DedupFileSystem open(DedupOptions options) throws IOException {
    if (!options.create().orElse(false) && !Files.exists(directory)) {
      throw new StoreNotFoundException(directory, "there is no " + directory);
    }
    return DedupFileSystems.open(nameable(), options);
  }

  /** The directory as SQLite and RocksDB, which are told by a string, can find it. */
  Path nameable() throws IOException {
    if (isNameable(directory)) {
      return directory;
    }
    // Perhaps only the way there leads through the odd name.
    Path real =
        Files.exists(directory)
            ? directory.toRealPath()
            : directory.resolveSibling(".").toRealPath().resolve(directory.getFileName());
    if (!isNameable(real)) {
      throw new FileSystemException(
          HostSide.textOf(directory), null, "a store needs a path that is valid in UTF-8");
    }
    return real;
  }

  private static boolean isNameable(Path path) {
    try {
      return Path.of(path.toString()).equals(path);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** Opens for reading only, beside others who do; what a crash left is put in order first. */
  DedupFileSystem openReadOnly(DedupOptions options) throws IOException {
    return open(options.toBuilder().readOnly(true).build());
  }

  /** Where a verb works that is told nothing else: the root unless the URI says another. */
  Path start(DedupFileSystem store) {
    return store.getPath(path).normalize();
  }

  /** A path in the open store, which must start at the root. */
  Path resolve(DedupFileSystem store, String inside) throws CommandException {
    if (!inside.startsWith("/")) {
      throw new CommandException(
          ExitCode.USAGE, "paths in a store start with a slash: /" + ShownName.of(inside));
    }
    return store.getPath(inside).normalize();
  }
}
