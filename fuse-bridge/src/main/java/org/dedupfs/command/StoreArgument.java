package org.dedupfs.command;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dedupfs.ByteNames;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.DedupUri;
import org.dedupfs.StoreNotFoundException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * STORE on the command line: a directory or a {@code dedup:} URI.
 *
 * @param path where paths inside the store start: the root unless the URI says another
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
    return DedupFileSystems.open(directory, options);
  }

  /** Opens for reading only, beside others who do; what a crash left is put in order first. */
  DedupFileSystem openReadOnly(DedupOptions options) throws IOException {
    return open(options.toBuilder().readOnly(true).build());
  }

  /** A path in the open store; a relative one starts where the URI points. */
  Path resolve(DedupFileSystem store, String inside) {
    return store.getPath(path).resolve(inside).normalize();
  }
}
