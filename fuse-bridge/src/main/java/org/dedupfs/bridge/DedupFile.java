package org.dedupfs.bridge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.dedupfs.DedupFileChannel;

/**
 * An open file of a store. One channel serves all who have the file open; a thread must not be
 * interrupted in here, for that closes the channel for all.
 */
final class DedupFile implements MountedFile {
  private final DedupFileChannel channel;
  private final DedupNode node;
  private final boolean syncOnFlush;

  private final UnsyncedChanges unsynced = new UnsyncedChanges();

  /**
   * @param syncOnFlush whether a close(2) makes durable
   * @param created whether the file has just been made
   */
  DedupFile(DedupFileChannel channel, boolean syncOnFlush, boolean created) {
    this.channel = channel;
    this.node =
        new DedupNode(
            channel.attributeView(), channel.extendedAttributes(), channel.dedupAttributes());
    this.syncOnFlush = syncOnFlush;
    if (created) {
      unsynced.add();
    }
  }

  @Override
  public MountedNode node() {
    return node;
  }

  /** Goes on after a short read: what damage ends early must not look like the end of the file. */
  @Override
  public int read(ByteBuffer target, long offsetBytes) throws IOException {
    int total = 0;
    while (target.hasRemaining() && offsetBytes + total < channel.size()) {
      int count = channel.read(target, offsetBytes + total);
      if (count < 0) {
        break; // Truncated meanwhile.
      }
      if (count == 0) {
        throw new IOException("no byte at " + (offsetBytes + total) + " before the end");
      }
      total += count;
    }
    return total;
  }

  @Override
  public void write(ByteBuffer source, long offsetBytes) throws IOException {
    try {
      channel.write(source, offsetBytes);
    } finally {
      unsynced.add();
    }
  }

  @Override
  public long append(ByteBuffer source) throws IOException {
    try {
      return channel.append(source);
    } finally {
      unsynced.add();
    }
  }

  @Override
  public void setLength(long sizeBytes) throws IOException {
    try {
      channel.setLength(sizeBytes);
    } finally {
      unsynced.add();
    }
  }

  @Override
  public void allocate(long offsetBytes, long lengthBytes) throws IOException {
    try {
      channel.allocate(offsetBytes, lengthBytes);
    } finally {
      unsynced.add();
    }
  }

  @Override
  public void punchHole(long offsetBytes, long lengthBytes) throws IOException {
    try {
      channel.punchHole(offsetBytes, lengthBytes);
    } finally {
      unsynced.add();
    }
  }

  @Override
  public void zeroRange(long offsetBytes, long lengthBytes) throws IOException {
    try {
      channel.zeroRange(offsetBytes, lengthBytes);
    } finally {
      unsynced.add();
    }
  }

  @Override
  public void clearPrivileges() throws IOException {
    channel.clearPrivileges();
  }

  @Override
  public void flush() throws IOException {
    if (syncOnFlush && unsynced.any()) {
      sync();
    } else {
      channel.checkWritten();
    }
  }

  @Override
  public void sync() throws IOException {
    unsynced.sync(() -> channel.force(true));
  }

  @Override
  public void linkTo(Path newName) throws IOException {
    channel.linkTo(newName);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
