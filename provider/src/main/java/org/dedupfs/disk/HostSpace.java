package org.dedupfs.disk;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much room there is where a directory lies. Java tells it of the file system of a path, which
 * it looks for in the list of mounts, in vain where the root is no mount point: in a chroot. Then
 * the directory itself is asked. Safe for any number of threads.
 */
public final class HostSpace {
  private static final long USUAL_BLOCK_BYTES = 4_096;

  private final Source source;

  private HostSpace(Source source) {
    this.source = source;
  }

  /** Who is asked. */
  private interface Source {
    long usableBytes() throws IOException;

    long unallocatedBytes() throws IOException;

    long totalBytes() throws IOException;

    long blockBytes() throws IOException;
  }

  /**
   * Of an existing directory.
   *
   * @throws IOException if it cannot be told
   */
  public static HostSpace of(Path directory) throws IOException {
    try {
      return new HostSpace(new Listed(Files.getFileStore(directory)));
    } catch (IOException e) {
      if (!Files.isDirectory(directory)) {
        throw e;
      }
      File asked = directory.toFile();
      if (asked.getTotalSpace() == 0) { // which is how it says that it does not know
        throw e;
      }
      return new HostSpace(new Asked(asked));
    }
  }

  /** What may be used without being an administrator. */
  public long usableBytes() throws IOException {
    return source.usableBytes();
  }

  /** All that is free, what is kept for an administrator included. */
  public long unallocatedBytes() throws IOException {
    return source.unallocatedBytes();
  }

  public long totalBytes() throws IOException {
    return source.totalBytes();
  }

  /** Of the file system; the usual size where that cannot be told. */
  public long blockBytes() throws IOException {
    return source.blockBytes();
  }

  /** A file system that is in the list. */
  private record Listed(FileStore store) implements Source {
    @Override
    public long usableBytes() throws IOException {
      return store.getUsableSpace();
    }

    @Override
    public long unallocatedBytes() throws IOException {
      return store.getUnallocatedSpace();
    }

    @Override
    public long totalBytes() throws IOException {
      return store.getTotalSpace();
    }

    @Override
    public long blockBytes() throws IOException {
      return store.getBlockSize();
    }
  }

  /** One that is not. */
  private record Asked(File directory) implements Source {
    @Override
    public long usableBytes() {
      return directory.getUsableSpace();
    }

    @Override
    public long unallocatedBytes() {
      return directory.getFreeSpace();
    }

    @Override
    public long totalBytes() {
      return directory.getTotalSpace();
    }

    @Override
    public long blockBytes() {
      return USUAL_BLOCK_BYTES;
    }
  }
}
