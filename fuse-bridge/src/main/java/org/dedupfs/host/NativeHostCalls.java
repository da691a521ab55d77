package org.dedupfs.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/** The calls of the C library of Linux. */
final class NativeHostCalls implements HostCalls {
  // <errno.h>, the same on every architecture that Java runs on.
  private static final int ENOENT = 2;
  private static final int EACCES = 13;
  private static final int EEXIST = 17;
  private static final int ERANGE = 34;
  private static final int ELOOP = 40;
  private static final int ENODATA = 61;
  private static final int EOPNOTSUPP = 95;

  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int O_WRONLY = 1;
  private static final int O_NONBLOCK = 04000;
  private static final int O_PATH = 010000000;
  private static final int O_CLOEXEC = 02000000;

  private static final int FIRST_TRY_BYTES = 1 << 12;

  private final LibC libc;
  private final int noFollow;
  private final Runtime runtime;

  /** {@code noFollow} is the value of {@code O_NOFOLLOW} here. */
  NativeHostCalls(LibC libc, int noFollow) {
    this.libc = libc;
    this.noFollow = noFollow;
    this.runtime = Runtime.getRuntime(libc);
  }

  /**
   * The value of {@code O_NOFOLLOW}, the only one here that differs between the architectures named
   * here: a wrong one would follow links. On others more differs, numbers of errors and the size of
   * times among it.
   *
   * @throws UnsatisfiedLinkError if it is not known
   */
  static int noFollow(String architecture) {
    return switch (architecture) {
      // <asm-generic/fcntl.h>
      case "amd64", "x86_64", "riscv64", "s390x", "loongarch64" -> 0400000;
      // <asm/fcntl.h> of arm64 and powerpc
      case "aarch64", "ppc64le", "ppc64" -> 0100000;
      default ->
          throw new UnsatisfiedLinkError(
              "the flags of open(2) on " + architecture + " are unknown");
    };
  }

  /**
   * Loads and tries it, for jnr-ffi looks functions up at their first call.
   *
   * @throws LinkageError or an unchecked exception if that does not work
   */
  static LibC loadLibrary() {
    if (!System.getProperty("os.name").equals("Linux")) {
      throw new UnsatisfiedLinkError("this is not Linux");
    }
    LibC libc = LibraryLoader.create(LibC.class).option(LibraryOption.SaveError, true).load("c");
    byte[] nowhere = HostPath.terminated(Path.of("/dev/null/nowhere"));
    if (libc.llistxattr(nowhere, null, 0) != -1) {
      throw new UnsatisfiedLinkError("the C library gives wrong answers");
    }
    return libc;
  }

  @Override
  public Optional<String> limits() {
    return Optional.empty();
  }

  @Override
  public List<byte[]> listXattrs(Path path) throws IOException {
    byte[] where = HostPath.terminated(path);
    byte[] list = read(path, (buffer, size) -> libc.llistxattr(where, buffer, size), EOPNOTSUPP);
    List<byte[]> names = new ArrayList<>();
    int start = 0;
    for (int i = 0; list != null && i < list.length; i++) {
      if (list[i] == 0) {
        names.add(Arrays.copyOfRange(list, start, i));
        start = i + 1;
      }
    }
    return names;
  }

  @Override
  public byte @Nullable [] getXattr(Path path, byte[] name) throws IOException {
    byte[] where = HostPath.terminated(path);
    byte[] what = terminated(name);
    return read(path, (buffer, size) -> libc.lgetxattr(where, what, buffer, size), ENODATA);
  }

  /** Fills a buffer, or tells how large it must be when that is null. */
  private interface Filling {
    long into(byte @Nullable [] buffer, long size);
  }

  /** Calls again while what is read grows; null for the error {@code none}. */
  private byte @Nullable [] read(Path path, Filling filling, int none) throws IOException {
    byte[] buffer = new byte[FIRST_TRY_BYTES];
    while (true) {
      long length = filling.into(buffer, buffer.length);
      if (length >= 0) {
        return Arrays.copyOf(buffer, (int) length);
      }
      int errno = errno();
      if (errno == ERANGE) {
        length = filling.into(null, 0);
        if (length >= 0) {
          buffer = new byte[(int) Math.max(length, buffer.length + 1L)];
          continue;
        }
        errno = errno();
      }
      if (errno == none) {
        return null;
      }
      throw failure(path, errno);
    }
  }

  @Override
  public void setXattr(Path path, byte[] name, byte[] value) throws IOException {
    byte[] where = HostPath.terminated(path);
    // An array of no elements would become a null pointer.
    byte[] what = value.length == 0 ? new byte[1] : value;
    check(path, libc.lsetxattr(where, terminated(name), what, value.length, 0));
  }

  @Override
  public void removeXattr(Path path, byte[] name) throws IOException {
    if (libc.lremovexattr(HostPath.terminated(path), terminated(name)) != 0) {
      int errno = errno();
      if (errno != ENODATA) {
        throw failure(path, errno);
      }
    }
  }

  private static byte[] terminated(byte[] name) {
    return Arrays.copyOf(name, name.length + 1);
  }

  @Override
  public void makeNode(Path path, int mode, long rdev) throws IOException {
    try {
      check(path, libc.mknod(HostPath.terminated(path), mode, rdev));
    } catch (UnsatisfiedLinkError e) {
      // glibc before 2.33 has it only for programs written in C.
      throw new UnsupportedOperationException("this C library cannot make such files", e);
    }
  }

  @Override
  public void createSymbolicLink(Path link, byte[] target) throws IOException {
    check(link, libc.symlink(terminated(target), HostPath.terminated(link)));
  }

  @Override
  public void setTimes(Path path, FileTime modified, FileTime accessed) throws IOException {
    Instant mtime = modified.toInstant();
    Instant atime = accessed.toInstant();
    long[] times = {
      atime.getEpochSecond(), atime.getNano(), mtime.getEpochSecond(), mtime.getNano()
    };
    byte[] where = HostPath.terminated(path);
    check(path, libc.utimensat(AT_FDCWD, where, times, AT_SYMLINK_NOFOLLOW));
  }

  @Override
  public void setOwner(Path path, int uid, int gid) throws IOException {
    check(path, libc.lchown(HostPath.terminated(path), uid, gid));
  }

  @Override
  public void setMode(Path path, int permissions) throws IOException {
    // What chmod finds there is what was opened, be it a link; nothing was opened to use it.
    int descriptor = open(path, O_PATH);
    try {
      byte[] same = HostPath.terminated(Path.of("/proc/self/fd/" + descriptor));
      check(path, libc.chmod(same, permissions));
    } finally {
      libc.close(descriptor);
    }
  }

  @Override
  public void setLength(Path path, long sizeBytes) throws IOException {
    int descriptor = open(path, O_WRONLY);
    try {
      check(path, libc.ftruncate(descriptor, sizeBytes));
    } finally {
      libc.close(descriptor);
    }
  }

  @Override
  public HostFile open(Path path) throws IOException {
    int descriptor = open(path, 0);
    try {
      // A second path to what is open, not to what is named so by now.
      Path same = Path.of("/proc/self/fd/" + descriptor);
      if (!Files.readAttributes(same, BasicFileAttributes.class).isRegularFile()) {
        throw new FileSystemException(path.toString(), null, "Not a regular file");
      }
      FileChannel channel = FileChannel.open(same, StandardOpenOption.READ);
      return new NativeHostFile(this, libc, path, descriptor, channel);
    } catch (IOException | RuntimeException e) {
      libc.close(descriptor);
      throw e;
    }
  }

  /** Never waits for the other end of a fifo. */
  private int open(Path path, int access) throws IOException {
    int flags = access | noFollow | O_NONBLOCK | O_CLOEXEC;
    int descriptor = libc.open(HostPath.terminated(path), flags);
    if (descriptor < 0) {
      int errno = errno();
      throw errno == ELOOP
          ? new FileSystemException(path.toString(), null, "is a symbolic link")
          : failure(path, errno);
    }
    return descriptor;
  }

  private void check(Path path, int result) throws IOException {
    if (result != 0) {
      throw failure(path, errno());
    }
  }

  int errno() {
    return LastError.getLastError(runtime);
  }

  FileSystemException failure(Path path, int errno) {
    String text = path.toString();
    return switch (errno) {
      case ENOENT -> new NoSuchFileException(text);
      case EACCES -> new AccessDeniedException(text);
      case EEXIST -> new FileAlreadyExistsException(text);
      default -> new FileSystemException(text, null, libc.strerror(errno));
    };
  }
}
