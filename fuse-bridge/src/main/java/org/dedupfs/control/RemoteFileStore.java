package org.dedupfs.control;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The numbers of a store that another process has open. */
final class RemoteFileStore extends FileStore {
  private final RemoteFileSystem fileSystem;

  RemoteFileStore(RemoteFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  @Override
  public String name() {
    return fileSystem.storeDirectory().toString();
  }

  @Override
  public String type() {
    return "dedup";
  }

  @Override
  public boolean isReadOnly() {
    return fileSystem.isReadOnly();
  }

  @Override
  public long getTotalSpace() throws IOException {
    return (Long) getAttribute("totalSpace");
  }

  @Override
  public long getUsableSpace() throws IOException {
    return (Long) getAttribute("usableSpace");
  }

  @Override
  public long getUnallocatedSpace() throws IOException {
    return (Long) getAttribute("unallocatedSpace");
  }

  @Override
  public long getBlockSize() throws IOException {
    return (Long) getAttribute("unix:blockSize");
  }

  @Override
  public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
    RemotePath root = fileSystem.path("/");
    return fileSystem.provider().getFileAttributeView(root, type) != null;
  }

  @Override
  public boolean supportsFileAttributeView(String name) {
    return fileSystem.supportedFileAttributeViews().contains(name);
  }

  @Override
  public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
    Objects.requireNonNull(type);
    return null;
  }

  @Override
  public Object getAttribute(String attribute) throws IOException {
    return fileSystem.call(
        Operation.SPACE, out -> out.text(attribute), in -> Objects.requireNonNull(Values.read(in)));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RemoteFileStore that && that.fileSystem == fileSystem;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(fileSystem);
  }

  @Override
  public String toString() {
    return name() + " (" + type() + ")";
  }
}
