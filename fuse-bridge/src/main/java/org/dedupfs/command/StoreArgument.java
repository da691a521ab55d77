package org.dedupfs.command;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.dedupfs.ByteNames;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.DedupUri;
import org.dedupfs.StoreInUseException;
import org.dedupfs.StoreNotFoundException;
import org.dedupfs.control.RemoteFileSystem;
import org.dedupfs.transfer.HostSide;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * STORE on the command line: a directory, a {@code dedup:} URI, or where a store is mounted.
 *
 * @param path where the URI points, else the root
 */
record StoreArgument(Path directory, String path) {
  static final String HELP = "The store: its directory, a dedup: URI, or where it is mounted.";

  private static final Set<String> OF_THIS_PROCESS =
      Set.of("create", "readOnly", "memory", "threads");

  /** For picocli. */
  static final class Converter implements ITypeConverter<StoreArgument> {
    @Override
    public StoreArgument convert(String text) {
      try {
        if (!text.startsWith(DedupUri.SCHEME + ":")) {
          Path named = HostArgument.path(text);
          return new StoreArgument(MountedStores.at(named).orElse(named), "/");
        }
        DedupUri uri = DedupUri.parse(URI.create(text));
        return new StoreArgument(uri.store(), ByteNames.toText(uri.path()));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Opens the store, or connects to the process that has it open and listens. */
  DedupFileSystem open(DedupOptions options) throws IOException {
    boolean create = options.create().orElse(false);
    if (!create && !Files.exists(directory)) {
      throw new StoreNotFoundException(directory, "there is no " + directory);
    }
    Path nameable = nameable();
    try {
      return DedupFileSystems.open(nameable, options);
    } catch (StoreInUseException e) {
      Optional<RemoteFileSystem> elsewhere =
          create ? Optional.empty() : RemoteFileSystem.connect(nameable);
      if (elsewhere.isEmpty()) {
        throw e;
      }
      refuse(options, elsewhere.get());
      return elsewhere.get();
    }
  }

  /** How a store is opened has been decided, but for what concerns this process only. */
  private static void refuse(DedupOptions options, RemoteFileSystem elsewhere) throws IOException {
    for (String key : options.toEnv().keySet()) {
      if (!OF_THIS_PROCESS.contains(key)) {
        elsewhere.close();
        throw new IllegalArgumentException(
            "the store is open in process "
                + elsewhere.pid()
                + ", so that -o "
                + key
                + " comes too late; leave it out, or give it when the store is mounted");
      }
    }
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
          HostSide.textOf(directory),
          null,
          "a store needs a path that is valid in UTF-8 and has no characters beyond U+FFFF");
    }
    return real;
  }

  private static boolean isNameable(Path path) {
    String text = path.toString();
    try {
      return text.chars().noneMatch(unit -> Character.isSurrogate((char) unit))
          && Path.of(text).equals(path);
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
