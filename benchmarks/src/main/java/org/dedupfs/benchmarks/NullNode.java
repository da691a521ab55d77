package org.dedupfs.benchmarks;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.dedupfs.bridge.FileStatus;

/** One file or directory of {@link NullOperations}. Safe for any number of threads. */
final class NullNode {
  static final int TYPE = 0170000;
  static final int DIRECTORY = 0040000;

  private final long number;
  private final int uid;
  private final int gid;
  private final byte[] target;
  private final AtomicLong sizeBytes;
  private final Map<String, NullNode> children;
  private volatile int mode;

  /**
   * A new one.
   *
   * @param target of a symbolic link, else empty
   */
  NullNode(long number, int mode, int uid, int gid, byte[] target) {
    this.number = number;
    this.mode = mode;
    this.uid = uid;
    this.gid = gid;
    this.target = target;
    this.sizeBytes = new AtomicLong(target.length);
    this.children = isDirectory() ? new ConcurrentHashMap<>() : Map.of();
  }

  boolean isDirectory() {
    return (mode & TYPE) == DIRECTORY;
  }

  long number() {
    return number;
  }

  int mode() {
    return mode;
  }

  void changeMode(int permissions) {
    mode = (mode & TYPE) | (permissions & ~TYPE);
  }

  byte[] target() {
    return target.clone();
  }

  Map<String, NullNode> children() {
    return children;
  }

  long sizeBytes() {
    return sizeBytes.get();
  }

  void resize(long bytes) {
    sizeBytes.set(bytes);
  }

  void growTo(long bytes) {
    sizeBytes.accumulateAndGet(bytes, Math::max);
  }

  FileStatus status() {
    long size = sizeBytes();
    return new FileStatus(number, mode, 1, uid, gid, 0, size, size, 0, 0, 0);
  }
}
