package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.file.Path;
import org.dedupfs.disk.HostSpace;

/** How much room there is for what a sweep writes. */
final class RoomWatch {
  /** With less than that, space is given back before more of it is taken. */
  private static final long SCARCE_BYTES = 256L << 20;

  /** For what describes files, and what a file system adds to them. */
  private static final long MARGIN_BYTES = 256L << 10;

  private final HostSpace space;

  /** Of an existing directory. */
  RoomWatch(Path directory) throws IOException {
    this.space = HostSpace.of(directory);
  }

  boolean isScarce() throws IOException {
    return space.usableBytes() < SCARCE_BYTES;
  }

  /** Whether a file of about that size can be written. */
  boolean hasRoomFor(long bytes) throws IOException {
    return space.usableBytes() >= bytes + MARGIN_BYTES;
  }
}
