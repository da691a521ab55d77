package org.dedupfs.tree;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.dedupfs.ContentListener;
import org.dedupfs.content.ContentStore;
import org.dedupfs.content.FileContent;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.LiveMetadata;
import org.dedupfs.metadata.NameCookies;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Symlink;
import org.dedupfs.tree.TreeException.Failure;
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

  /** The longest target of a symbolic link, as on Linux. */
  public static final int MAX_TARGET_BYTES = 4095;

  /** The most names of one inode. */
  public static final int MAX_LINKS = Integer.MAX_VALUE;

  /** The largest file: 1 EiB, far enough from where offsets would overflow. */
  public static final long MAX_FILE_BYTES = 1L << 60;

  private final TreeRows rows;
  private final OpenFiles openFiles = new OpenFiles();
  private final Orphans orphans;
  private final Attributes attributes;
  private final Xattrs xattrs;
  private final PathResolver resolver;
  private final Creation creation;
  private final Removal removal;
  private final Renaming renaming;
  private final Cloning cloning;
  private final Set<OpenFile> handles = ConcurrentHashMap.newKeySet();

  public Tree(LiveMetadata live, ContentStore content, NameCookies cookies, TreeOptions options) {
    rows = new TreeRows(live, content, cookies, options);
    orphans = new Orphans(rows, openFiles);
    attributes = new Attributes(rows);
    xattrs = new Xattrs(rows);
    resolver = new PathResolver(rows, attributes);
    creation = new Creation(rows);
    removal = new Removal(rows, orphans);
    renaming = new Renaming(rows, orphans);
    cloning = new Cloning(rows, orphans);
  }

  /**
   * Within the first change of a store: puts the root directory.
   *
   * @param root its permissions, owner and group
   */
  public static void format(Change change, NewFile root, long nowNanos) {
    change.put(
        new Inode.Builder(InodeNumber.ROOT)
            .mode(FileType.DIRECTORY.modeBits() | (root.permissions() & 07777))
            .nlink(2)
            .uid(root.uid())
            .gid(root.gid())
            .accessNanos(nowNanos)
            .modifyNanos(nowNanos)
            .changeNanos(nowNanos)
            .birthNanos(nowNanos)
            .parent(InodeNumber.ROOT)
            .build());
    change.count(Counter.DIRECTORIES, 1);
  }

  /**
   * Follows a path from {@code start}: names separated by {@code /}, a leading one means the root;
   * {@code .} and {@code ..} and repeated slashes as POSIX says.
   *
   * @param followLast whether a symbolic link in the last place is followed
   * @throws TreeException if a directory on the way is missing or none
   */
  public PathLookup lookup(InodeNumber start, byte[] path, boolean followLast) throws IOException {
    return resolver.lookup(start, path, followLast);
  }

  /** The entry of a directory, or null. */
  public @Nullable Dentry entry(InodeNumber directory, FileName name) throws IOException {
    TreeRows.requireStorable(name, Failure.INVALID);
    Dentry entry = rows.entry(rows.live(), directory, name);
    if (entry == null) {
      rows.directory(rows.live(), directory);
    }
    return entry;
  }

  /** Attributes as they are now, those of writes not committed yet included. */
  public Inode stat(InodeNumber inode) throws IOException {
    return rows.seen(inode);
  }

  /** Entries with a cookie above {@code afterCookie} (0 to begin), ascending by cookie. */
  public List<Dentry> list(InodeNumber directory, long afterCookie, int limit) throws IOException {
    Inode row = rows.directory(rows.live(), directory);
    List<Dentry> entries = rows.entriesAfter(directory, afterCookie, limit);
    attributes.accessed(row);
    return entries;
  }

  /** Creates a file of any type but directory and link; fails when the name exists. */
  public Inode create(InodeNumber directory, FileName name, NewFile file) throws IOException {
    return creation.create(directory, name, file, inode -> {});
  }

  /** Creates and opens a regular file in one step; fails when the name exists. */
  public OpenFile createAndOpen(InodeNumber directory, FileName name, NewFile file)
      throws IOException {
    if (file.type() != FileType.REGULAR) {
      throw new TreeException(Failure.INVALID);
    }
    Opening opening = opening();
    try {
      creation.create(directory, name, file, opening::begin);
      return opening.finish(true);
    } catch (Throwable e) {
      opening.undo(e);
      throw e;
    }
  }

  public Inode makeDirectory(InodeNumber directory, FileName name, NewFile file)
      throws IOException {
    return creation.makeDirectory(directory, name, file);
  }

  /** {@code target}: 1 to 4095 bytes without NUL, kept as they are. */
  public Inode makeSymlink(InodeNumber directory, FileName name, byte[] target, NewFile file)
      throws IOException {
    return creation.makeSymlink(directory, name, target, file);
  }

  public byte[] readSymlink(InodeNumber inode) throws IOException {
    Inode row = rows.inode(rows.live(), inode);
    if (!row.isSymlink()) {
      throw new TreeException(Failure.INVALID);
    }
    Symlink link = rows.live().get(RowKey.symlink(inode));
    if (link == null) {
      throw new TreeException(Failure.NO_ENTRY);
    }
    attributes.accessed(row);
    return link.target().clone();
  }

  /** Gives an inode that is no directory one more name. */
  public Inode link(InodeNumber inode, InodeNumber directory, FileName name) throws IOException {
    return creation.link(inode, directory, name);
  }

  /** Removes a name of something that is no directory. */
  public void unlink(InodeNumber directory, FileName name) throws IOException {
    removal.unlink(directory, name);
  }

  /** Removes an empty directory. */
  public void removeDirectory(InodeNumber directory, FileName name) throws IOException {
    removal.removeDirectory(directory, name);
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
    Renaming.Replacing replacing =
        replace ? Renaming.Replacing.SAME_KIND : Renaming.Replacing.NOTHING;
    renaming.rename(fromDirectory, fromName, toDirectory, toName, replacing);
  }

  /**
   * Renames over whatever is there and can be removed, all in one change: a directory may take the
   * place of a file, too, and what is none that of an empty directory.
   */
  public void renameOverAny(
      InodeNumber fromDirectory, FileName fromName, InodeNumber toDirectory, FileName toName)
      throws IOException {
    renaming.rename(fromDirectory, fromName, toDirectory, toName, Renaming.Replacing.ANYTHING);
  }

  /**
   * Makes a file with the bytes (by reference) of a regular file; when {@code replace}, over an
   * existing non-directory, all in one change. With {@code copyAttributes} also permissions, owner,
   * group, times and extended attributes. Counts as reading the source.
   */
  public Inode cloneFile(
      InodeNumber source,
      InodeNumber directory,
      FileName name,
      NewFile file,
      boolean copyAttributes,
      boolean replace)
      throws IOException {
    Inode clone =
        cloning.cloneFile(
            new Cloning.Request(source, directory, name, file, copyAttributes, replace));
    if (!clone.number().equals(source)) {
      accessed(source);
    }
    return clone;
  }

  public Inode setAttributes(InodeNumber inode, AttributeChange change) throws IOException {
    Inode changed = attributes.set(inode, change);
    rows.watches().modified(inode);
    return changed;
  }

  /** Opens a regular file. */
  public OpenFile open(InodeNumber inode) throws IOException {
    Opening opening = opening();
    try {
      opening.begin(inode);
      requireRegular(rows.inode(rows.live(), inode));
      return opening.finish(false);
    } catch (Throwable e) {
      opening.undo(e);
      throw e;
    }
  }

  /** Null when the inode has no such attribute; {@code name} with its namespace. */
  public byte @Nullable [] getXattr(InodeNumber inode, byte[] name) throws IOException {
    return xattrs.get(inode, name);
  }

  /** {@code mustExist} and {@code mustNotExist} as XATTR_REPLACE and XATTR_CREATE. */
  public void setXattr(
      InodeNumber inode, byte[] name, byte[] value, boolean mustExist, boolean mustNotExist)
      throws IOException {
    xattrs.set(inode, name, value, mustExist, mustNotExist);
    rows.watches().modified(inode);
  }

  public List<byte[]> listXattrs(InodeNumber inode) throws IOException {
    return xattrs.list(inode);
  }

  public void removeXattr(InodeNumber inode, byte[] name) throws IOException {
    xattrs.remove(inode, name);
    rows.watches().modified(inode);
  }

  /**
   * Has {@code listener} told what happens in a directory from now on, through whichever door.
   *
   * @return closed to end it; that never fails
   */
  public Closeable watch(InodeNumber directory, DirectoryListener listener) throws IOException {
    Closeable watch = rows.watches().watch(directory, listener);
    try {
      rows.directory(rows.live(), directory);
      return watch;
    } catch (IOException e) {
      watch.close();
      throw e;
    }
  }

  /**
   * Has {@code listener} told of each change of a file's bytes or size from now on.
   *
   * @return closed to end it; that never fails
   */
  public Closeable onContentChange(ContentListener listener) {
    return rows.contentListeners().add(listener);
  }

  /** Makes all names and attributes durable as they are now. */
  public void syncNamespace() throws IOException {
    if (!rows.isReadOnly()) {
      rows.content().syncNamespace();
    }
  }

  /** Makes everything durable as it is now. */
  public void syncAll() throws IOException {
    if (!rows.isReadOnly()) {
      rows.content().syncAll();
    }
  }

  /** How many handles of regular files are open; instant. */
  public long openFiles() {
    return handles.size();
  }

  /** Whether changes are refused. */
  public boolean isReadOnly() {
    return rows.isReadOnly();
  }

  @Override
  public void close() throws IOException {
    rows.close();
    IOException failure = null;
    for (OpenFile handle : handles) {
      try {
        handle.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Takes away what a write by somebody unprivileged must take away: setuid, setgid of a file that
   * its group may execute, and file capabilities. Cheap when there is nothing to take.
   */
  public void clearPrivileges(InodeNumber inode) throws IOException {
    attributes.clearPrivileges(inode);
  }

  /**
   * Purges files without a name that an earlier opening left; in the background, once, after
   * opening. Ends early when the tree is closed.
   */
  public void purgeOrphans() throws IOException {
    if (!rows.isReadOnly()) {
      orphans.purgeLeftovers();
    }
  }

  private boolean setsAccessTimes() {
    return !rows.isReadOnly() && rows.options().accessPolicy() != AccessPolicy.NOATIME;
  }

  private void accessed(InodeNumber inode) throws IOException {
    if (setsAccessTimes()) {
      long unused = attributes.accessed(rows.content().stat(inode));
    }
  }

  /**
   * After a read.
   *
   * @param known what was returned for the same file before
   */
  AccessStamp accessed(FileContent file, AccessStamp known) throws IOException {
    if (!setsAccessTimes()) {
      return known;
    }
    long changes = rows.live().published();
    long generation = file.generation();
    if (known.changes() == changes
        && known.generation() == generation
        && rows.nowNanos() < known.dueNanos()) {
      return known;
    }
    long due = attributes.accessed(rows.content().stat(file.inode()));
    return new AccessStamp(changes, generation, due);
  }

  private Opening opening() {
    return new Opening(this, rows, openFiles, orphans);
  }

  void opened(OpenFile handle) {
    handles.add(handle);
  }

  /** The last use of a handle has ended. */
  void closed(OpenFile handle, FileContent content, boolean changed) throws IOException {
    handles.remove(handle);
    try {
      if (changed) {
        rows.content().release(content);
      } else {
        rows.content().releaseUnchanged(content);
      }
    } finally {
      openFiles.closed(content.inode());
      if (!rows.isClosed()) {
        orphans.purgeIfUnused(content.inode());
      }
    }
  }

  private static void requireRegular(Inode row) throws TreeException {
    switch (row.type()) {
      case REGULAR -> {}
      case DIRECTORY -> throw new TreeException(Failure.IS_DIRECTORY);
      case SYMLINK -> throw new TreeException(Failure.LOOP);
      default -> throw new TreeException(Failure.NOT_SUPPORTED);
    }
  }
}
