package org.dedupfs.host;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A file with a descriptor of its own beside that of the channel, for what Java cannot ask. */
final class NativeHostFile implements HostFile {
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int ENXIO = 6;
  private static final int EINVAL = 22;

  private final NativeHostCalls calls;
  private final LibC libc;
  private final Path path;
  private final FileChannel channel;

  @GuardedBy("this")
  private int descriptor;

  NativeHostFile(NativeHostCalls calls, LibC libc, Path path, int descriptor, FileChannel channel) {
    this.calls = calls;
    this.libc = libc;
    this.path = path;
    this.descriptor = descriptor;
    this.channel = channel;
  }

  @Override
  public FileChannel channel() {
    return channel;
  }

  @Override
  public long nextData(long offsetBytes) throws IOException {
    return seek(offsetBytes, SEEK_DATA, offsetBytes);
  }

  @Override
  public long nextHole(long offsetBytes) throws IOException {
    return seek(offsetBytes, SEEK_HOLE, channel.size());
  }

  private synchronized long seek(long offsetBytes, int whence, long unknown) throws IOException {
    if (descriptor < 0) {
      throw new ClosedChannelException();
    }
    long found = libc.lseek(descriptor, offsetBytes, whence);
    if (found >= 0) {
      return found;
    }
    int errno = calls.errno();
    if (errno == ENXIO) {
      return -1;
    }
    if (errno == EINVAL) {
      // A file system that does not know: everything is data.
      return offsetBytes < channel.size() ? unknown : -1;
    }
    throw calls.failure(path, errno);
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      if (descriptor >= 0) {
        libc.close(descriptor);
        descriptor = -1;
      }
    }
    channel.close();
  }
}
