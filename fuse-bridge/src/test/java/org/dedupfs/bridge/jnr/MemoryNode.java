package org.dedupfs.bridge.jnr;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.dedupfs.bridge.FileStatus;

/** An inode of {@link MemoryOperations}; guarded by its lock. */
final class MemoryNode {
  static final int S_IFMT = 0170000;
  static final int S_IFDIR = 0040000;
  static final int S_IFLNK = 0120000;

  final long number;
  final Map<String, byte[]> xattrs = new LinkedHashMap<>();
  final Map<String, MemoryNode> entries = new TreeMap<>();
  int mode;
  int uid;
  int gid;
  int names;
  long rdev;
  byte[] bytes = new byte[0];
  byte[] target = new byte[0];
  long allocatedBytes;
  long accessNanos = NativeStructs.now();
  long modifyNanos = accessNanos;
  long changeNanos = accessNanos;

  MemoryNode(long number, int mode, int uid, int gid) {
    this.number = number;
    this.mode = mode;
    this.uid = uid;
    this.gid = gid;
  }

  boolean isDirectory() {
    return (mode & S_IFMT) == S_IFDIR;
  }

  void resize(long sizeBytes) {
    bytes = Arrays.copyOf(bytes, Math.toIntExact(sizeBytes));
    modifyNanos = NativeStructs.now();
  }

  FileStatus status() {
    long size = (mode & S_IFMT) == S_IFLNK ? target.length : bytes.length;
    int links = isDirectory() ? 2 : names;
    return new FileStatus(
        number,
        mode,
        links,
        uid,
        gid,
        rdev,
        size,
        Math.max(size, allocatedBytes),
        accessNanos,
        modifyNanos,
        changeNanos);
  }
}
