package org.dedupfs.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dedupfs.StoreCreationException;
import org.dedupfs.StoreNotFoundException;
import org.dedupfs.store.StoreDirectory.State;
import org.jspecify.annotations.Nullable;

/** Where a store is or is to be made, and what an opening asks of that place. */
final class OpeningPlace {
  private final Path directory;
  private final StoreOptions options;

  OpeningPlace(Path directory, StoreOptions options) {
    this.directory = directory;
    this.options = options;
  }

  /** Fails for directories that the libraries below cannot be told. */
  void requireNameable() throws IOException {
    StoreDirectory.requireNameable(directory);
    requireNameable(options.blocksDirectory());
    requireNameable(options.metadataDirectory());
  }

  private static void requireNameable(@Nullable Path part) throws IOException {
    if (part != null) {
      StoreDirectory.requireNameable(part);
    }
  }

  /** Fails for what can neither be opened nor become a store; makes the directory of a new one. */
  void requireStoreOrRoom(State state) throws IOException {
    switch (state) {
      case MISSING, EMPTY -> {
        if (!options.create()) {
          String what = state == State.MISSING ? " does not exist" : " is empty";
          throw new StoreNotFoundException(
              directory,
              "there is no store: " + directory + what + "; create one there with create=true");
        }
        requireParent();
        StoreDirectory.makeDirectory(directory);
      }
      case NO_DIRECTORY ->
          throw new StoreNotFoundException(
              directory, directory + " is not a directory, but a store is one; name its directory");
      case OTHER -> {
        if (options.create()) {
          throw new StoreCreationException(
              directory,
              "no store can be made in "
                  + directory
                  + ": it is not empty; name an empty or a missing directory");
        }
        throw new StoreNotFoundException(
            directory,
            directory
                + " is not a store: it has no "
                + StoreDirectory.METADATA
                + "; name the directory of a store");
      }
      case STORE, CREATING -> requireAccess();
    }
  }

  private void requireParent() throws IOException {
    Path parent = directory.getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      throw new StoreCreationException(
          directory,
          "no store can be made in "
              + directory
              + ": there is no directory "
              + parent
              + "; make that first");
    }
  }

  private void requireAccess() throws IOException {
    if (!options.readOnly() && !Files.isWritable(directory)) {
      throw new AccessDeniedException(
          directory.toString(),
          null,
          "the store cannot be written there; open it with readOnly=true, or mend permissions");
    }
  }
}
