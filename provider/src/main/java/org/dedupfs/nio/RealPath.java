package org.dedupfs.nio;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.tree.Tree;
import org.dedupfs.tree.TreeException;
import org.dedupfs.tree.TreeException.Failure;

/** Finds the path of a file that has no symbolic link, {@code .} or {@code ..} in it. */
final class RealPath {
  private record Step(FileName name, InodeNumber inode, FileType type) {}

  private final Tree tree;
  private final boolean followLinks;
  private final Deque<FileName> ahead = new ArrayDeque<>();
  private final List<Step> behind = new ArrayList<>();
  private int linksFollowed;

  private RealPath(Tree tree, boolean followLinks) {
    this.tree = tree;
    this.followLinks = followLinks;
  }

  /**
   * The real path. When links are not followed they stay names like others, a {@code ..} after one
   * stays too, and any other {@code ..} takes away the name before it, as the JDK has it.
   */
  static byte[] find(Tree tree, DedupPath path, boolean followLinks) throws IOException {
    RealPath walk = new RealPath(tree, followLinks);
    walk.push(path.absoluteBytes());
    while (!walk.ahead.isEmpty()) {
      walk.step(walk.ahead.removeFirst());
    }
    return walk.result();
  }

  private void push(byte[] path) {
    int[] starts = PathBytes.nameStarts(path);
    for (int i = starts.length - 1; i >= 0; i--) {
      ahead.addFirst(FileName.of(PathBytes.subpath(path, starts, i, i + 1)));
    }
  }

  private void step(FileName name) throws IOException {
    if (name.isDot()) {
      if (followLinks) {
        here();
      }
      return;
    }
    if (name.isDotDot() && (behind.isEmpty() || last().type() != FileType.SYMLINK)) {
      if (followLinks) {
        here();
      }
      if (!behind.isEmpty()) {
        behind.remove(behind.size() - 1);
      }
      return;
    }
    if (!followLinks && !behind.isEmpty() && last().type() == FileType.SYMLINK) {
      stepBeyondLink(name);
      return;
    }
    Dentry entry = tree.entry(here(), name);
    if (entry == null) {
      throw new TreeException(Failure.NO_ENTRY);
    }
    if (followLinks && entry.type() == FileType.SYMLINK) {
      follow(entry.inode());
    } else {
      behind.add(new Step(name, entry.inode(), entry.type()));
    }
  }

  private void follow(InodeNumber link) throws IOException {
    if (++linksFollowed > Tree.MAX_LINKS_FOLLOWED) {
      throw new TreeException(Failure.LOOP);
    }
    byte[] target = PathBytes.clean(tree.readSymlink(link));
    if (PathBytes.isAbsolute(target)) {
      behind.clear();
    }
    push(target);
  }

  /** A name after a link that stays: where it leads is looked up, what is written is kept. */
  private void stepBeyondLink(FileName name) throws IOException {
    byte[] written = PathBytes.resolve(result(), name.toBytes());
    var found = tree.lookup(InodeNumber.ROOT, written, false).inode();
    if (found == null) {
      throw new TreeException(Failure.NO_ENTRY);
    }
    // A ".." behind a link must not be folded by one that follows it: it counts as a link too.
    behind.add(new Step(name, found.number(), name.isDotDot() ? FileType.SYMLINK : found.type()));
  }

  /** The directory that the next name is looked up in. */
  private InodeNumber here() throws TreeException {
    if (behind.isEmpty()) {
      return InodeNumber.ROOT;
    }
    if (last().type() != FileType.DIRECTORY) {
      throw new TreeException(Failure.NOT_DIRECTORY);
    }
    return last().inode();
  }

  private Step last() {
    return behind.get(behind.size() - 1);
  }

  private byte[] result() {
    byte[] path = PathBytes.ROOT;
    for (Step step : behind) {
      path = PathBytes.resolve(path, step.name().toBytes());
    }
    return path;
  }
}
