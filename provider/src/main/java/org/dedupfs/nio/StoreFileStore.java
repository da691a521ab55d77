package org.dedupfs.nio;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Objects;
import java.util.Set;
import org.dedupfs.DedupFileAttributeView;
import org.dedupfs.ExtendedAttributeView;
import org.dedupfs.UnixFileAttributeView;
import org.dedupfs.metadata.FileName;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of a store lie. Its space is that of the host, of the fuller disk if there are
 * two; what was written but is not on the disk yet counts as taken, and what the store keeps in
 * reserve is not usable. What is written may take less.
 */
final class StoreFileStore extends FileStore {
  private static final long BLOCK_SIZE_BYTES = 4096;
  private static final long BYTES_PER_INODE = 256;
  private static final Set<Class<? extends FileAttributeView>> VIEWS =
      Set.of(
          BasicFileAttributeView.class,
          FileOwnerAttributeView.class,
          PosixFileAttributeView.class,
          UnixFileAttributeView.class,
          UserDefinedFileAttributeView.class,
          ExtendedAttributeView.class,
          DedupFileAttributeView.class);

  private final StoreFileSystem fileSystem;

  StoreFileStore(StoreFileSystem fileSystem) {
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
    return fileSystem.spaceLeft().totalBytes();
  }

  @Override
  public long getUsableSpace() throws IOException {
    return fileSystem.spaceLeft().usableBytes();
  }

  @Override
  public long getUnallocatedSpace() throws IOException {
    return fileSystem.spaceLeft().freeBytes();
  }

  @Override
  public long getBlockSize() {
    return BLOCK_SIZE_BYTES;
  }

  @Override
  public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
    return VIEWS.contains(Objects.requireNonNull(type));
  }

  @Override
  public boolean supportsFileAttributeView(String name) {
    return StoreFileSystem.VIEWS.contains(name);
  }

  @Override
  public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
    Objects.requireNonNull(type);
    return null;
  }

  @Override
  public Object getAttribute(String attribute) throws IOException {
    return switch (attribute) {
      case "totalSpace" -> getTotalSpace();
      case "usableSpace" -> getUsableSpace();
      case "unallocatedSpace" -> getUnallocatedSpace();
      case "unix:blockSize" -> BLOCK_SIZE_BYTES;
      case "unix:blocks" -> getTotalSpace() / BLOCK_SIZE_BYTES;
      case "unix:blocksFree" -> getUnallocatedSpace() / BLOCK_SIZE_BYTES;
      case "unix:blocksAvailable" -> getUsableSpace() / BLOCK_SIZE_BYTES;
      case "unix:nameMax" -> (long) FileName.MAX_BYTES;
      case "unix:inodes" -> fileSystem.inodes() + inodesFree();
      case "unix:inodesFree" -> inodesFree();
      default ->
          throw new UnsupportedOperationException(
              "'"
                  + attribute
                  + "' is not totalSpace, usableSpace, unallocatedSpace or unix: with one of"
                  + " blockSize, blocks, blocksFree, blocksAvailable, inodes, inodesFree, nameMax");
    };
  }

  /** As many as there is space for: a row and a name take some hundred bytes. */
  private long inodesFree() throws IOException {
    return getUsableSpace() / BYTES_PER_INODE;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoreFileStore that && that.fileSystem == fileSystem;
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
