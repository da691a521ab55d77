package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * Counts what is in a tree, as far as it can be read, so that somebody can say how long the rest
 * will take.
 */
public final class Survey {
  private final long limitBytes;
  private final BooleanSupplier stop;
  private volatile long files;
  private volatile long bytes;
  private volatile boolean complete;

  /** Stops early beyond {@code limitBytes}, and when asked to. */
  public Survey(long limitBytes, BooleanSupplier stop) {
    this.limitBytes = limitBytes;
    this.stop = stop;
  }

  public void run(Iterable<Path> trees) {
    for (Path tree : trees) {
      visit(tree);
    }
    complete = bytes <= limitBytes && !stop.getAsBoolean();
  }

  private void visit(Path path) {
    if (stop.getAsBoolean() || bytes > limitBytes) {
      return;
    }
    try {
      EntryAttributes found = EntryAttributes.read(path);
      if (!found.isDirectory()) {
        count(found);
        return;
      }
      try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
        for (Path child : children) {
          visit(child);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // The transfer itself reports what cannot be read.
      return;
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread counts, others look.
  private void count(EntryAttributes found) {
    files++;
    bytes += found.isRegularFile() ? found.sizeBytes() : 0;
  }

  public long files() {
    return files;
  }

  public long bytes() {
    return bytes;
  }

  /** Whether the numbers are final. */
  public boolean isComplete() {
    return complete;
  }
}
