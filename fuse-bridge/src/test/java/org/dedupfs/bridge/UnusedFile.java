package org.dedupfs.bridge;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A file that nobody uses but in what a test overrides. */
class UnusedFile implements MountedFile {
  private static UnsupportedOperationException unused() {
    return new UnsupportedOperationException("not in this test");
  }

  @Override
  public MountedNode node() {
    throw unused();
  }

  @Override
  public int read(ByteBuffer target, long offsetBytes) {
    throw unused();
  }

  @Override
  public void write(ByteBuffer source, long offsetBytes) {
    throw unused();
  }

  @Override
  public long append(ByteBuffer source) {
    throw unused();
  }

  @Override
  public void setLength(long sizeBytes) {
    throw unused();
  }

  @Override
  public void allocate(long offsetBytes, long lengthBytes) {
    throw unused();
  }

  @Override
  public void punchHole(long offsetBytes, long lengthBytes) {
    throw unused();
  }

  @Override
  public void zeroRange(long offsetBytes, long lengthBytes) {
    throw unused();
  }

  @Override
  public void clearPrivileges() {
    throw unused();
  }

  @Override
  public void flush() {
    throw unused();
  }

  @Override
  public void sync() {
    throw unused();
  }

  @Override
  public void linkTo(Path newName) {
    throw unused();
  }

  @Override
  public void close() {}
}
