package org.dedupfs.nio;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import org.dedupfs.metadata.InodeNumber;

/** A lock on a range of a file in a store. */
final class StoreFileLock extends FileLock {
  private final Channel channel;
  private final InodeNumber inode;
  private final FileLockTable table;
  private volatile boolean released;

  /** What is locked. */
  record Range(long position, long size, boolean shared) {}

  StoreFileLock(FileChannel channel, InodeNumber inode, FileLockTable table, Range range) {
    super(channel, range.position(), range.size(), range.shared());
    this.channel = channel;
    this.inode = inode;
    this.table = table;
  }

  StoreFileLock(
      AsynchronousFileChannel channel, InodeNumber inode, FileLockTable table, Range range) {
    super(channel, range.position(), range.size(), range.shared());
    this.channel = channel;
    this.inode = inode;
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
      table.remove(inode, this);
    }
  }
}
