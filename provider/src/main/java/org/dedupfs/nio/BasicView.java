package org.dedupfs.nio;

import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** The basic view, and no more: who asked for it cannot cast his way to owners and modes. */
record BasicView(InodeAttributeView view) implements BasicFileAttributeView {

  /** The basic attributes of others. */
  record Attributes(BasicFileAttributes all) implements BasicFileAttributes {
    @Override
    public FileTime lastModifiedTime() {
      return all.lastModifiedTime();
    }

    @Override
    public FileTime lastAccessTime() {
      return all.lastAccessTime();
    }

    @Override
    public FileTime creationTime() {
      return all.creationTime();
    }

    @Override
    public boolean isRegularFile() {
      return all.isRegularFile();
    }

    @Override
    public boolean isDirectory() {
      return all.isDirectory();
    }

    @Override
    public boolean isSymbolicLink() {
      return all.isSymbolicLink();
    }

    @Override
    public boolean isOther() {
      return all.isOther();
    }

    @Override
    public long size() {
      return all.size();
    }

    @Override
    public Object fileKey() {
      return all.fileKey();
    }
  }

  @Override
  public String name() {
    return view.name();
  }

  @Override
  public BasicFileAttributes readAttributes() throws IOException {
    return new Attributes(view.readAttributes());
  }

  @Override
  public void setTimes(
      @Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created)
      throws IOException {
    view.setTimes(modified, accessed, created);
  }
}
