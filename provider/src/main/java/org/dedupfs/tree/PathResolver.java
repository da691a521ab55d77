package org.dedupfs.tree;

import java.io.IOException;
import java.util.Arrays;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Symlink;
import org.dedupfs.tree.TreeException.Failure;
import org.jspecify.annotations.Nullable;

/** Follows paths as path_resolution(7) says. */
final class PathResolver {
  private final TreeRows rows;
  private final Attributes attributes;

  PathResolver(TreeRows rows, Attributes attributes) {
    this.rows = rows;
    this.attributes = attributes;
  }

  PathLookup lookup(InodeNumber start, byte[] path, boolean followLast) throws IOException {
    return new Walk(start, path, followLast).run();
  }

  /** An entry and its inode as callers see it, read so that they belong together. */
  private record Found(Dentry entry, Inode inode) {}

  /** One lookup under way: the directory reached, and the rest of the path. */
  private final class Walk {
    private final boolean followLast;
    private InodeNumber directory;
    private byte[] rest;
    private int position;
    private int linksFollowed;

    Walk(InodeNumber start, byte[] path, boolean followLast) {
      this.directory = start;
      this.rest = path;
      this.followLast = followLast;
    }

    PathLookup run() throws IOException {
      if (rest.length == 0) {
        throw new TreeException(Failure.NO_ENTRY);
      }
      if (rest[0] == '/') {
        directory = InodeNumber.ROOT;
      }
      rows.directory(rows.live(), directory);
      PathLookup end = null;
      while (end == null) {
        end = step();
      }
      return end;
    }

    /** One name further; the end when there is one. */
    private @Nullable PathLookup step() throws IOException {
      skipSlashes();
      if (position == rest.length) {
        return nameless();
      }
      FileName name = nextName();
      boolean slash = position < rest.length;
      skipSlashes();
      boolean last = position == rest.length;
      if (name.isDot()) {
        return last ? nameless() : null;
      }
      if (name.isDotDot()) {
        directory = rows.directory(rows.live(), directory).parent();
        return last ? nameless() : null;
      }
      if (name.length() > FileName.MAX_BYTES) {
        throw new TreeException(Failure.NAME_TOO_LONG);
      }
      Found found = find(name);
      if (found == null) {
        rows.directory(rows.live(), directory);
        if (!last) {
          throw new TreeException(Failure.NO_ENTRY);
        }
        return new PathLookup(directory, name, null);
      }
      Inode inode = found.inode();
      if (inode.isSymlink() && (!last || slash || followLast)) {
        follow(inode, slash);
        return null;
      }
      if (!inode.isDirectory() && (!last || slash)) {
        throw new TreeException(Failure.NOT_DIRECTORY);
      }
      if (last) {
        rows.watches().found(directory, name, inode.number());
        return new PathLookup(directory, name, inode);
      }
      directory = inode.number();
      return null;
    }

    /** The path ends in the directory itself. */
    private PathLookup nameless() throws IOException {
      Inode end = rows.directory(rows.live(), directory);
      return new PathLookup(end.parent(), null, end);
    }

    /**
     * Null when there is no such entry. Between two reads the entry may have been replaced and the
     * inode be gone; then the entry is a different one now, because inode numbers are never used
     * again.
     */
    private @Nullable Found find(FileName name) throws IOException {
      Dentry missing = null;
      while (true) {
        Dentry entry = rows.entry(rows.live(), directory, name);
        if (entry == null) {
          return null;
        }
        Inode inode = rows.content().stat(entry.inode());
        if (inode != null) {
          return new Found(entry, inode);
        }
        if (missing != null && missing.inode().equals(entry.inode())) {
          throw TreeRows.missing(entry);
        }
        missing = entry;
      }
    }

    private void follow(Inode link, boolean slash) throws IOException {
      if (++linksFollowed > Tree.MAX_LINKS_FOLLOWED) {
        throw new TreeException(Failure.LOOP);
      }
      Symlink target = rows.live().get(RowKey.symlink(link.number()));
      if (target == null) {
        throw new TreeException(Failure.NO_ENTRY);
      }
      attributes.accessed(link);
      rest = join(target.target(), slash, Arrays.copyOfRange(rest, position, rest.length));
      position = 0;
      if (rest[0] == '/') {
        directory = InodeNumber.ROOT;
      }
    }

    private void skipSlashes() {
      while (position < rest.length && rest[position] == '/') {
        position++;
      }
    }

    private FileName nextName() {
      int start = position;
      while (position < rest.length && rest[position] != '/') {
        position++;
      }
      return FileName.of(Arrays.copyOfRange(rest, start, position));
    }
  }

  private static byte[] join(byte[] target, boolean slash, byte[] rest) {
    byte[] joined = Arrays.copyOf(target, target.length + (slash ? 1 : 0) + rest.length);
    if (slash) {
      joined[target.length] = '/';
    }
    System.arraycopy(rest, 0, joined, joined.length - rest.length, rest.length);
    return joined;
  }
}
