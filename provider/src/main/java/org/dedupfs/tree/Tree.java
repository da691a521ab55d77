package org.dedupfs.tree;

import java.io.IOException;
import java.util.List;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.jspecify.annotations.Nullable;

/**
 * The file tree of one open store: every operation is atomic, visible at once to all, and fails
 * with a {@link TreeException} where POSIX says so. Safe for any number of threads. Permissions are
 * kept, not enforced. Names {@code .} and {@code ..} are the path lookup's; single operations
 * refuse them.
 */
public final class Tree implements AutoCloseable {

  /** The most symbolic links that one path lookup follows, as on Linux. */
  public static final int MAX_LINKS_FOLLOWED = 40;

  /**
   * Follows a path from {@code start}: names separated by {@code /}, a leading one means the root;
   * {@code .} and {@code ..} and repeated slashes as POSIX says.
   *
   * @param followLast whether a symbolic link in the last place is followed
   * @throws TreeException if a directory on the way is missing or none
   */
  public PathLookup lookup(InodeNumber start, byte[] path, boolean followLast) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** The entry of a directory, or null. */
  public @Nullable Dentry entry(InodeNumber directory, FileName name) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Attributes as they are now, those of writes not committed yet included. */
  public Inode stat(InodeNumber inode) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Entries with a cookie above {@code afterCookie} (0 to begin), ascending by cookie. */
  public List<Dentry> list(InodeNumber directory, long afterCookie, int limit) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Creates a file of any type but directory and link; fails when the name exists. */
  public Inode create(InodeNumber directory, FileName name, NewFile file) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Creates and opens a regular file in one step; fails when the name exists. */
  public OpenFile createAndOpen(InodeNumber directory, FileName name, NewFile file)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  public Inode makeDirectory(InodeNumber directory, FileName name, NewFile file)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /** {@code target}: 1 to 4095 bytes without NUL, kept as they are. */
  public Inode makeSymlink(InodeNumber directory, FileName name, byte[] target, NewFile file)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  public byte[] readSymlink(InodeNumber inode) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Gives an inode that is no directory one more name. */
  public Inode link(InodeNumber inode, InodeNumber directory, FileName name) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Removes a name of something that is no directory. */
  public void unlink(InodeNumber directory, FileName name) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Removes an empty directory. */
  public void removeDirectory(InodeNumber directory, FileName name) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Renames as POSIX {@code rename} does when {@code replace}; else fails when the new name exists.
   */
  public void rename(
      InodeNumber fromDirectory,
      FileName fromName,
      InodeNumber toDirectory,
      FileName toName,
      boolean replace)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes a file with the bytes (by reference) of a regular file; when {@code replace}, over an
   * existing non-directory, all in one change. With {@code copyAttributes} also permissions, owner,
   * group, times and extended attributes.
   */
  public Inode cloneFile(
      InodeNumber source,
      InodeNumber directory,
      FileName name,
      NewFile file,
      boolean copyAttributes,
      boolean replace)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  public Inode setAttributes(InodeNumber inode, AttributeChange change) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Opens a regular file. */
  public OpenFile open(InodeNumber inode) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Null when the inode has no such attribute; {@code name} with its namespace. */
  public byte @Nullable [] getXattr(InodeNumber inode, byte[] name) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** {@code mustExist} and {@code mustNotExist} as XATTR_REPLACE and XATTR_CREATE. */
  public void setXattr(
      InodeNumber inode, byte[] name, byte[] value, boolean mustExist, boolean mustNotExist)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  public List<byte[]> listXattrs(InodeNumber inode) throws IOException {
    throw new UnsupportedOperationException();
  }

  public void removeXattr(InodeNumber inode, byte[] name) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Makes all names and attributes durable as they are now. */
  public void syncNamespace() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Makes everything durable as it is now. */
  public void syncAll() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Whether changes are refused. */
  public boolean isReadOnly() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() throws IOException {
    throw new UnsupportedOperationException();
  }
}
