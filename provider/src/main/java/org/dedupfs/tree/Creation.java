package org.dedupfs.tree;

import java.io.IOException;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Counter;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.Symlink;
import org.dedupfs.tree.TreeException.Failure;

/** Makes inodes and gives them names. */
final class Creation {
  private static final int SETGID = 02000;
  private static final int SYMLINK_PERMISSIONS = 0777;

  private final TreeRows rows;

  Creation(TreeRows rows) {
    this.rows = rows;
  }

  /** Told of the inode within the change that makes it, before anybody sees it. */
  @FunctionalInterface
  interface Created {
    void accept(Inode inode) throws IOException;
  }

  Inode create(InodeNumber directory, FileName name, NewFile file, Created created)
      throws IOException {
    if (file.type() == FileType.DIRECTORY || file.type() == FileType.SYMLINK) {
      throw new TreeException(Failure.INVALID);
    }
    try (Change change = rows.begin()) {
      Inode parent = requireRoomFor(change, directory, name);
      Inode inode = newInode(change.newInodeNumber(), parent, file, rows.nowNanos()).build();
      created.accept(inode);
      add(change, parent, name, inode);
      change.publish();
      rows.watches().made(directory, name, inode.number());
      return inode;
    }
  }

  Inode makeDirectory(InodeNumber directory, FileName name, NewFile file) throws IOException {
    if (file.type() != FileType.DIRECTORY) {
      throw new TreeException(Failure.INVALID);
    }
    try (Change change = rows.begin()) {
      Inode parent = requireRoomFor(change, directory, name);
      requireLinkable(parent);
      Inode inode =
          newInode(change.newInodeNumber(), parent, file, rows.nowNanos())
              .nlink(2)
              .parent(parent.number())
              .build();
      add(change, parent, name, inode);
      change.publish();
      rows.watches().made(directory, name, inode.number());
      return inode;
    }
  }

  Inode makeSymlink(InodeNumber directory, FileName name, byte[] target, NewFile file)
      throws IOException {
    requireTarget(target);
    NewFile link = new NewFile(FileType.SYMLINK, SYMLINK_PERMISSIONS, file.uid(), file.gid(), 0);
    try (Change change = rows.begin()) {
      Inode parent = requireRoomFor(change, directory, name);
      Inode inode =
          newInode(change.newInodeNumber(), parent, link, rows.nowNanos())
              .sizeBytes(target.length)
              .build();
      change.put(new Symlink(inode.number(), target.clone()));
      add(change, parent, name, inode);
      change.publish();
      rows.watches().made(directory, name, inode.number());
      return inode;
    }
  }

  Inode link(InodeNumber number, InodeNumber directory, FileName name) throws IOException {
    try (Change change = rows.begin()) {
      Inode parent = requireRoomFor(change, directory, name);
      Inode row = rows.inode(change, number);
      if (row.isDirectory()) {
        throw new TreeException(Failure.NOT_PERMITTED);
      }
      if (row.nlink() == 0) {
        throw new TreeException(Failure.NO_ENTRY);
      }
      requireLinkable(row);
      long now = rows.nowNanos();
      Inode linked = rows.settled(row).toBuilder().nlink(row.nlink() + 1).changeNanos(now).build();
      change.put(linked);
      change.put(rows.newEntry(directory, name, linked));
      TreeRows.putTouched(change, parent.toBuilder(), now);
      change.publish();
      rows.watches().created(directory, name, number);
      return rows.seen(linked);
    }
  }

  /**
   * The directory that gets the new name.
   *
   * @throws TreeException if the name exists already or cannot exist
   */
  Inode requireRoomFor(Change change, InodeNumber directory, FileName name) throws IOException {
    TreeRows.requireStorable(name, Failure.EXISTS);
    Inode parent = rows.directory(change, directory);
    if (rows.entry(change, directory, name) != null) {
      throw new TreeException(Failure.EXISTS);
    }
    return parent;
  }

  /** A first row, nlink 1: owner, group and permissions as the parent's setgid bit says. */
  static Inode.Builder newInode(InodeNumber number, Inode parent, NewFile file, long nowNanos) {
    int permissions = file.permissions() & 07777;
    int gid = file.gid();
    if ((parent.mode() & SETGID) != 0) {
      gid = parent.gid();
      if (file.type() == FileType.DIRECTORY) {
        permissions |= SETGID;
      }
    }
    boolean device =
        file.type() == FileType.CHARACTER_DEVICE || file.type() == FileType.BLOCK_DEVICE;
    return new Inode.Builder(number)
        .mode(file.type().modeBits() | permissions)
        .nlink(1)
        .uid(file.uid())
        .gid(gid)
        .rdev(device ? file.rdev() : 0)
        .accessNanos(nowNanos)
        .modifyNanos(nowNanos)
        .changeNanos(nowNanos)
        .birthNanos(nowNanos);
  }

  /**
   * @throws TreeException TOO_MANY_LINKS if the inode cannot have one more
   */
  static void requireLinkable(Inode row) throws TreeException {
    if (row.nlink() >= Tree.MAX_LINKS) {
      throw new TreeException(Failure.TOO_MANY_LINKS);
    }
  }

  private void add(Change change, Inode parent, FileName name, Inode inode) {
    boolean directory = inode.isDirectory();
    change.put(inode);
    change.put(rows.newEntry(parent.number(), name, inode));
    change.count(directory ? Counter.DIRECTORIES : Counter.FILES, 1);
    Inode.Builder touched = parent.toBuilder();
    if (directory) {
      touched.nlink(parent.nlink() + 1);
    }
    TreeRows.putTouched(change, touched, inode.birthNanos());
  }

  private static void requireTarget(byte[] target) throws TreeException {
    if (target.length == 0) {
      throw new TreeException(Failure.NO_ENTRY);
    }
    if (target.length > Tree.MAX_TARGET_BYTES) {
      throw new TreeException(Failure.NAME_TOO_LONG);
    }
    for (byte b : target) {
      if (b == 0) {
        throw new TreeException(Failure.INVALID);
      }
    }
  }
}
