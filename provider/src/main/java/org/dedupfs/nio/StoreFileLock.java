package org.dedupfs.nio;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;

/** A lock on a range of a file in a store. */
final class StoreFileLock extends FileLock {
  private final StoreFileChannel channel;
  private final FileLockTable table;
  private volatile boolean released;

  StoreFileLock(
      StoreFileChannel channel, FileLockTable table, long position, long size, boolean shared) {
    super(channel, position, size, shared);
    this.channel = channel;
    this.table = table;
  }

  @Override
  public boolean isValid() {
    return !released && channel.isOpen();
  }

  @Override
  public void release() throws IOException {
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
    if (!released) {
      released = true;
      table.remove(channel.file().inode(), this);
    }
  }
}
