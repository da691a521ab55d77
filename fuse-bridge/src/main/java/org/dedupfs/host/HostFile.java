package org.dedupfs.host;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;

/** A regular file of the host, open to read. Safe for use by any number of threads. */
public interface HostFile extends Closeable {
  /** Its bytes; closed with this. */
  FileChannel channel();

  /**
   * The first offset from {@code offsetBytes} on with data, -1 if only a hole or the end follows;
   * {@code offsetBytes} itself where holes cannot be told from data.
   */
  long nextData(long offsetBytes) throws IOException;

  /**
   * The first offset from {@code offsetBytes} on in a hole, the end counting as one; -1 at or
   * beyond the end.
   */
  long nextHole(long offsetBytes) throws IOException;
}
