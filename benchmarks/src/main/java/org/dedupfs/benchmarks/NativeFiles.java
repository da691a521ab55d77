package org.dedupfs.benchmarks;

import com.kenai.jffi.MemoryIO;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Runtime;

/**
 * Some files, by system calls on paths that lie in native memory: one call of a method is one call
 * of the kernel for each file, so that what is measured is who answers. For one thread.
 */
final class NativeFiles implements AutoCloseable {
  private static final SystemCalls CALLS =
      LibraryLoader.create(SystemCalls.class)
          .option(LibraryOption.SaveError, true)
          .failImmediately()
          .load("c");
  private static final MemoryIO MEMORY = MemoryIO.getInstance();

  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int O_RDONLY = 0;
  private static final int O_WRONLY_CREAT_EXCL = 1 | 0100 | 0200;
  private static final int MODE = 0644;
  private static final int FADV_RANDOM = 1;
  private static final int FADV_DONTNEED = 4;

  /** As glibc's readdir(3) has it; more than all else that the kernel answers with. */
  private static final int ENTRIES_BYTES = 32 << 10;

  /** Of {@code struct linux_dirent64}. */
  private static final int ENTRY_LENGTH = 16;

  private static final int TIMESPEC_BYTES = 16;

  private final long memory;
  private final long[] paths;
  private final long buffer;

  NativeFiles(List<Path> files) {
    this.paths = new long[files.size()];
    byte[][] names = new byte[paths.length][];
    long bytes = 0;
    for (int i = 0; i < names.length; i++) {
      names[i] = (files.get(i) + "\0").getBytes(StandardCharsets.UTF_8);
      bytes += names[i].length;
    }
    this.memory = MEMORY.allocateMemory(ENTRIES_BYTES + bytes, true);
    if (memory == 0) {
      throw new OutOfMemoryError("no native memory for " + names.length + " paths");
    }
    this.buffer = memory;
    long next = memory + ENTRIES_BYTES;
    for (int i = 0; i < names.length; i++) {
      MEMORY.putByteArray(next, names[i], 0, names[i].length);
      paths[i] = next;
      next += names[i].length;
    }
  }

  private NativeFiles(NativeFiles all, long[] paths) {
    this.memory = all.memory;
    this.buffer = all.buffer;
    this.paths = paths;
  }

  /** The same files in groups, to be used as long as these are not closed, and not to be closed. */
  List<NativeFiles> groups(int size) {
    List<NativeFiles> groups = new ArrayList<>();
    for (int i = 0; i < paths.length; i += size) {
      groups.add(
          new NativeFiles(this, Arrays.copyOfRange(paths, i, Math.min(paths.length, i + size))));
    }
    return groups;
  }

  int count() {
    return paths.length;
  }

  /** Makes them all, empty. */
  void create() throws IOException {
    for (long path : paths) {
      close(opened(path, O_WRONLY_CREAT_EXCL));
    }
  }

  void unlink() throws IOException {
    for (long path : paths) {
      check(CALLS.unlink(path), "unlink");
    }
  }

  void stat() throws IOException {
    for (long path : paths) {
      check(CALLS.statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, buffer), "statx");
    }
  }

  /** Lists each, for they are directories; returns how many entries they have, dots included. */
  int list() throws IOException {
    int entries = 0;
    for (long path : paths) {
      int descriptor = opened(path, O_RDONLY);
      try {
        long bytes = check(CALLS.getdents64(descriptor, buffer, ENTRIES_BYTES), "getdents64");
        while (bytes > 0) {
          long at = 0;
          while (at < bytes) {
            at += MEMORY.getShort(buffer + at + ENTRY_LENGTH);
            entries++;
          }
          bytes = check(CALLS.getdents64(descriptor, buffer, ENTRIES_BYTES), "getdents64");
        }
      } finally {
        close(descriptor);
      }
    }
    return entries;
  }

  /** Opens each, reads some of its bytes, closes it. */
  void openAndRead(long[] offsets, int sizeBytes) throws IOException {
    for (int i = 0; i < paths.length; i++) {
      int descriptor = opened(paths[i], O_RDONLY);
      try {
        read(descriptor, offsets[i], sizeBytes);
      } finally {
        close(descriptor);
      }
    }
  }

  /** Descriptors of all, read where asked and nowhere ahead. */
  int[] open() throws IOException {
    int[] descriptors = new int[paths.length];
    for (int i = 0; i < descriptors.length; i++) {
      descriptors[i] = opened(paths[i], O_RDONLY);
      advise(descriptors[i], FADV_RANDOM);
    }
    return descriptors;
  }

  /** Has the kernel drop the pages of open files. */
  static void dropPages(int[] descriptors) throws IOException {
    for (int descriptor : descriptors) {
      advise(descriptor, FADV_DONTNEED);
    }
  }

  private static void advise(int descriptor, int advice) throws IOException {
    int errno = CALLS.posix_fadvise(descriptor, 0, 0, advice);
    if (errno != 0) {
      throw new IOException("posix_fadvise: " + CALLS.strerror(errno));
    }
  }

  /** Reads some bytes of {@code count} open files, from the one at {@code first} on. */
  void read(int[] descriptors, int first, int count, long[] offsets, int sizeBytes)
      throws IOException {
    for (int i = first; i < first + count; i++) {
      read(descriptors[i], offsets[i], sizeBytes);
    }
  }

  private void read(int descriptor, long offset, int sizeBytes) throws IOException {
    long count = check(CALLS.pread(descriptor, buffer, sizeBytes, offset), "pread");
    if (count != sizeBytes) {
      throw new IOException(count + " bytes of " + sizeBytes + " at " + offset);
    }
  }

  static void close(int[] descriptors) throws IOException {
    for (int descriptor : descriptors) {
      close(descriptor);
    }
  }

  /** Has the kernel forget what it has cached of a file, which is on the disk afterwards. */
  static void dropPages(Path file) throws IOException {
    try (NativeFiles one = new NativeFiles(List.of(file))) {
      int descriptor = opened(one.paths[0], O_RDONLY);
      try {
        check(CALLS.fsync(descriptor), "fsync");
        advise(descriptor, FADV_DONTNEED);
      } finally {
        close(descriptor);
      }
    }
  }

  /** Makes durable whatever was written to the file system of a directory, by whomever. */
  static void syncFileSystem(Path directory) throws IOException {
    try (NativeFiles one = new NativeFiles(List.of(directory))) {
      int descriptor = opened(one.paths[0], O_RDONLY);
      try {
        check(CALLS.syncfs(descriptor), "syncfs");
      } finally {
        close(descriptor);
      }
    }
  }

  /** What a clock of clock_gettime(2) shows, in seconds. */
  static double clockSeconds(int clock) throws IOException {
    long time = MEMORY.allocateMemory(TIMESPEC_BYTES, true);
    if (time == 0) {
      throw new OutOfMemoryError("no native memory for a time");
    }
    try {
      check(CALLS.clock_gettime(clock, time), "clock_gettime");
      return MEMORY.getLong(time) + MEMORY.getLong(time + Long.BYTES) / 1e9;
    } finally {
      MEMORY.freeMemory(time);
    }
  }

  private static void close(int descriptor) throws IOException {
    check(CALLS.close(descriptor), "close");
  }

  private static int opened(long path, int flags) throws IOException {
    return (int) check(CALLS.open(path, flags, MODE), "open");
  }

  private static long check(long result, String call) throws IOException {
    if (result < 0) {
      int errno = LastError.getLastError(Runtime.getRuntime(CALLS));
      throw new IOException(call + ": " + CALLS.strerror(errno));
    }
    return result;
  }

  /** Frees the memory; the files stay. */
  @Override
  public void close() {
    MEMORY.freeMemory(memory);
  }
}
