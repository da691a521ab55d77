package org.dedupfs.bridge;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The files that are open through the mount: handles, shared channels, hidden names, pages. */
final class OpenFiles implements Closeable {
  /** CREATE and MKNOD of the FUSE protocol: their node is the directory's. */
  private static final int CREATE = 35;

  private static final int MKNOD = 8;

  private final MountedTree tree;
  private final CachedPages pages;
  private final HiddenNames hidden;
  private final OpenInodes inodes;
  private final HandleTable<FileHandle> handles = new HandleTable<>();

  OpenFiles(MountedTree tree, KernelCache kernel) {
    this.tree = tree;
    this.pages = new CachedPages(kernel);
    this.hidden = new HiddenNames(tree);
    this.inodes = new OpenInodes(tree, hidden::removeAll);
  }

  OpenedFile open(Request request, byte[] path, int flags) throws IOException {
    OpenInode inode = acquire(path, flags);
    return opened(new FileHandle(inode, request.nodeId()), flags);
  }

  private OpenInode acquire(byte[] path, int flags) throws IOException {
    OpenInode alias = hidden.find(path);
    OpenInode inode = alias == null ? null : inodes.tryAcquire(alias.key());
    return inode == null ? inodes.acquire(tree.path(path), flags) : inode;
  }

  OpenedFile create(byte[] path, NewNode node, int flags) throws IOException {
    requireNotHidden(path);
    Path name = tree.path(path);
    try {
      OpenInode inode = inodes.add(tree.create(name, node, flags));
      return opened(new FileHandle(inode, FileHandle.UNKNOWN_NODE), 0);
    } catch (FileAlreadyExistsException e) {
      if ((flags & OpenFlags.EXCLUSIVE) != 0) {
        throw e;
      }
      // Opening it here would pass by the kernel's check of its permissions. So the kernel looks
      // again, finds it, and opens it by an OPEN request.
      ErrnoException stale = new ErrnoException(Errno.ESTALE, name + " exists by now");
      stale.addSuppressed(e);
      throw stale;
    }
  }

  private OpenedFile opened(FileHandle handle, int flags) throws IOException {
    OpenInode inode = handle.inode();
    boolean done = false;
    inode.handles().add(handle);
    try {
      if (tree.bindsToInodes()) {
        pages.opened(handle);
      }
      if ((flags & OpenFlags.TRUNCATE) != 0) {
        change(handle, () -> inode.file().setLength(0));
      }
      done = true;
      return new OpenedFile(handles.add(handle), handle.isDirect());
    } finally {
      if (!done) {
        drop(handle);
      }
    }
  }

  /** The open file of a handle, and by the way which node it is. */
  FileHandle get(Request request, long handle) throws IOException {
    FileHandle open = handles.get(handle);
    learn(request, open);
    return open;
  }

  /** As {@link #get}, to read or write its bytes. */
  FileHandle getForBytes(Request request, long handle) throws IOException {
    FileHandle open = get(request, handle);
    pages.requireOwnPages(open);
    return open;
  }

  private void learn(Request request, FileHandle open) {
    if (open.nodeId() == FileHandle.UNKNOWN_NODE
        && request.opcode() != CREATE
        && request.opcode() != MKNOD) {
      if (tree.bindsToInodes()) {
        pages.learn(open, request.nodeId());
      }
    }
  }

  void release(Request request, long handle) throws IOException {
    FileHandle open = handles.remove(handle);
    learn(request, open);
    drop(open);
  }

  private void drop(FileHandle handle) throws IOException {
    handle.inode().handles().remove(handle);
    if (tree.bindsToInodes()) {
      pages.closed(handle);
    }
    inodes.release(handle.inode());
  }

  /** Makes a change of a file's bytes that comes by a handle. */
  void change(FileHandle handle, CachedPages.Change change) throws IOException {
    change(handle.inode(), handle.nodeId(), handle.isDirect(), change);
  }

  private void change(OpenInode inode, long nodeId, boolean direct, CachedPages.Change change)
      throws IOException {
    if (tree.bindsToInodes()) {
      pages.change(inode, nodeId, direct, change);
    } else {
      change.make();
    }
  }

  /** Has the kernel forget what it has of a file, also by the handle of this request. */
  void spoiled(FileHandle handle) {
    pages.spoiled(handle.inode(), handle.nodeId());
  }

  /** Others have changed a file. */
  void disturbed(long ino) {
    OpenInode inode = inodes.get(ino);
    if (inode != null) {
      pages.spoiled(inode);
    }
  }

  void truncate(Request request, byte[] path, long sizeBytes) throws IOException {
    OpenInode inode = acquire(path, OpenFlags.WRITE_ONLY);
    try {
      if (request.killsPrivileges()) {
        inode.file().clearPrivileges();
      }
      change(inode, request.nodeId(), false, () -> inode.file().setLength(sizeBytes));
    } finally {
      inodes.release(inode);
    }
  }

  /** Of the file that is open by a node of the kernel's, else null. */
  @Nullable FileStatus statusByNode(long nodeId) throws IOException {
    OpenInode inode = inodes.tryAcquireNode((int) nodeId);
    if (inode == null) {
      return null;
    }
    try {
      return inode.file().node().status();
    } finally {
      inodes.release(inode);
    }
  }

  /** The open file that a hidden name stands for, else null. */
  @Nullable OpenInode hidden(byte[] path) throws IOException {
    return hidden.find(path);
  }

  /**
   * @throws FileAlreadyExistsException if the path is a hidden name
   */
  void requireNotHidden(byte[] path) throws IOException {
    if (hidden.find(path) != null) {
      throw new FileAlreadyExistsException(tree.path(path).toString());
    }
  }

  /**
   * Hides an open file that is about to lose its name. In an UNLINK request the name is removed
   * here, and the file lives on in its channel. In a RENAME request nothing is done to it: the
   * rename that follows replaces it in one step, and should that fail or never come, the file still
   * has its name. So there is no moment at which a crash could lose one.
   */
  void hide(Request request, byte[] from, byte[] to) throws IOException {
    OpenInode alias = hidden.find(from);
    if (alias != null) {
      hidden.add(to, alias);
      hidden.remove(from);
      return;
    }
    Path name = tree.path(from);
    OpenInode inode = acquireHidden(tree.status(name).ino(), to);
    try {
      if (inode != null) {
        hidden.add(to, inode);
      }
      if (request.opcode() == Request.UNLINK) {
        removeHidden(name, to);
      }
    } finally {
      if (inode != null) {
        inodes.release(inode);
      }
    }
  }

  /** What was to be hidden is not if its name cannot be removed. */
  private void removeHidden(Path name, byte[] alias) throws IOException {
    boolean done = false;
    try {
      tree.removeFile(name);
      done = true;
    } finally {
      if (!done) {
        hidden.remove(alias);
      }
    }
  }

  /**
   * The file that libfuse means: the one open by the node it names, which is as a rule the one that
   * has the name, unless somebody else has just put another file there. Null if it was closed
   * meanwhile.
   */
  private @Nullable OpenInode acquireHidden(long ino, byte[] to) throws IOException {
    int lowNodeId = HiddenNames.lowNodeId(RawPaths.lastName(to));
    OpenInode named = inodes.tryAcquire(ino);
    if (named != null) {
      for (FileHandle handle : named.handles()) {
        if (handle.nodeId() == FileHandle.UNKNOWN_NODE || (int) handle.nodeId() == lowNodeId) {
          return named;
        }
      }
    }
    OpenInode meant = inodes.tryAcquireNode(lowNodeId);
    if (meant == null) {
      return named;
    }
    if (named != null) {
      inodes.release(named);
    }
    return meant;
  }

  /** Forgets a hidden name; whether it was one. */
  boolean forgetHidden(byte[] path) throws IOException {
    if (hidden.find(path) == null) {
      return false;
    }
    hidden.remove(path);
    return true;
  }

  @Override
  public void close() throws IOException {
    inodes.close();
  }
}
