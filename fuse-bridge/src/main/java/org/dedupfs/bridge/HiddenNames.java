package org.dedupfs.bridge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names that libfuse has given to open files which lost theirs. The file system never sees them: a
 * hidden name is an alias of an open file, known as long as that is open. It is found by the inode
 * of its directory, for directories on the way may be renamed.
 */
final class HiddenNames {
  private static final Pattern FORM = Pattern.compile("\\.fuse_hidden[0-9a-f]{16}");
  private static final int FORM_BYTES = 28;
  private static final int NODE_FROM = 12;
  private static final int NODE_TO = 20;

  record Name(long directoryIno, String name) {}

  private final MountedTree tree;
  private final ConcurrentHashMap<Name, OpenInode> aliases = new ConcurrentHashMap<>();

  HiddenNames(MountedTree tree) {
    this.tree = tree;
  }

  /** Whether a name has the form of those of libfuse; anybody may choose such a name. */
  static boolean isOfForm(byte[] name) {
    return name.length == FORM_BYTES && FORM.matcher(text(name)).matches();
  }

  /**
   * Whether a rename is libfuse hiding an open file, not somebody renaming it: the kernel has asked
   * to unlink, or to rename to another name.
   */
  static boolean isHide(Request request, byte[] to) {
    byte[] name = RawPaths.lastName(to);
    return switch (request.opcode()) {
      case Request.UNLINK -> isOfForm(name);
      case Request.RENAME, Request.RENAME2 ->
          isOfForm(name) && !Arrays.equals(name, request.newName());
      default -> false;
    };
  }

  /** The lower 32 bits of the node that libfuse has hidden, which it puts into the name. */
  static int lowNodeId(byte[] name) {
    return Integer.parseUnsignedInt(text(name).substring(NODE_FROM, NODE_TO), 16);
  }

  private static String text(byte[] name) {
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  /** The open file that a path leads to by a hidden name, else null. */
  @Nullable OpenInode find(byte[] path) throws IOException {
    if (aliases.isEmpty() || path.length <= FORM_BYTES) {
      return null;
    }
    byte[] last = RawPaths.lastName(path);
    if (!isOfForm(last)) {
      return null;
    }
    try {
      return aliases.get(name(path));
    } catch (NoSuchFileException e) {
      return null; // Nothing is hidden in a directory that is not there.
    }
  }

  private Name name(byte[] path) throws IOException {
    long directory = tree.status(tree.path(RawPaths.parent(path))).ino();
    return new Name(directory, text(RawPaths.lastName(path)));
  }

  /** The caller is a user of {@code inode}. */
  void add(byte[] path, OpenInode inode) throws IOException {
    Name name = name(path);
    inode.hiddenNames().add(name);
    aliases.put(name, inode);
  }

  /** Forgets one, if it is known. */
  void remove(byte[] path) throws IOException {
    Name name = name(path);
    OpenInode inode = aliases.remove(name);
    if (inode != null) {
      inode.hiddenNames().remove(name);
    }
  }

  /** Forgets all of a file that is open no more. */
  void removeAll(OpenInode inode) {
    for (Name name : inode.hiddenNames()) {
      aliases.remove(name, inode);
    }
  }

  /** Whether a node was hidden: libfuse then counts one name less than it is told. */
  static boolean isHidden(OpenInode inode, long nodeId) {
    for (Name name : inode.hiddenNames()) {
      if (lowNodeId(name.name().getBytes(StandardCharsets.ISO_8859_1)) == (int) nodeId) {
        return true;
      }
    }
    return false;
  }
}
