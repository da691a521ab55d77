package org.dedupfs;

import java.io.IOException;
import java.nio.file.attribute.FileAttributeView;

/**
 * What a file costs: view {@code dedup}, by name {@code dedup:logicalBytes}, {@code
 * dedup:storedBytes}, {@code dedup:uniqueBytes} and {@code dedup:chunks}, each a {@code Long}. Get
 * it with {@code Files.getFileAttributeView(path, DedupFileAttributeView.class)} or from a channel.
 */
public interface DedupFileAttributeView extends FileAttributeView {
  /** {@code dedup} */
  @Override
  String name();

  /**
   * Cuts what was written so far into blocks, as closing the file does, and counts. Exact for what
   * the file is then, except that blocks which cannot be found count as nothing; a file that is
   * changed meanwhile is counted partly before, partly after the change. Reads all that says what
   * the file consists of, some 20 bytes per chunk, but not its data; takes memory for 4,096 chunks
   * and one bit per block of the store (2 MB per TiB) at most.
   */
  DedupFileAttributes readAttributes() throws IOException;
}
