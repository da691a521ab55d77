package org.dedupfs.tree;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dedupfs.metadata.FileType;
import org.dedupfs.tree.TreeException.Failure;
import org.jspecify.annotations.Nullable;

/** A tree made of plain objects, written to be compared with and so as simple as it can be. */
final class NamespaceModel {
  /** A file of any type. */
  static final class Node {
    final FileType type;
    final TreeMap<String, Node> children = new TreeMap<>();
    final TreeMap<String, String> xattrs = new TreeMap<>();
    @Nullable Node parent;
    int permissions;
    int uid = TreeFixture.UID;
    int links;
    String target = "";
    String text = "";
    long modified;
    long changed;

    Node(FileType type, int permissions, long now) {
      this.type = type;
      this.permissions = permissions;
      this.modified = now;
      this.changed = now;
    }

    boolean isDirectory() {
      return type == FileType.DIRECTORY;
    }

    int nlink() {
      return isDirectory()
          ? 2 + (int) children.values().stream().filter(Node::isDirectory).count()
          : links;
    }

    String describe() {
      int size = type == FileType.SYMLINK ? target.length() : text.length();
      return String.format(
          "%s %o uid=%d nlink=%d size=%d m=%d c=%d %s%s",
          type, permissions, uid, nlink(), size, modified, changed, target, xattrs);
    }

    void touch(long now) {
      modified = now;
      changed = now;
    }
  }

  /** What the real tree throws as a TreeException. */
  static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final Failure failure;

    Refusal(Failure failure) {
      this.failure = failure;
    }

    Failure failure() {
      return failure;
    }
  }

  /** Where a path leads. */
  record Place(Node directory, @Nullable String name, @Nullable Node node) {
    Node existing() {
      if (node == null) {
        throw new Refusal(Failure.NO_ENTRY);
      }
      return node;
    }
  }

  final Node root;

  NamespaceModel(long now) {
    root = new Node(FileType.DIRECTORY, 0755, now);
    root.parent = root;
  }

  private NamespaceModel(Node root) {
    this.root = root;
  }

  NamespaceModel copy() {
    return new NamespaceModel(copy(root, new IdentityHashMap<>()));
  }

  private static Node copy(Node node, Map<Node, Node> copies) {
    Node known = copies.get(node);
    if (known != null) {
      return known;
    }
    Node copy = new Node(node.type, node.permissions, node.modified);
    copies.put(node, copy);
    copy.changed = node.changed;
    copy.uid = node.uid;
    copy.links = node.links;
    copy.target = node.target;
    copy.text = node.text;
    copy.xattrs.putAll(node.xattrs);
    copy.parent = node.parent == null ? null : copy(node.parent, copies);
    node.children.forEach((name, child) -> copy.children.put(name, copy(child, copies)));
    return copy;
  }

  Place resolve(String path, boolean follow) {
    return resolve(root, path, follow, new int[1]);
  }

  private Place resolve(Node start, String path, boolean follow, int[] links) {
    Node directory = path.startsWith("/") ? root : start;
    List<String> parts = new ArrayList<>(List.of(path.split("/")));
    parts.removeIf(String::isEmpty);
    for (int i = 0; i < parts.size(); i++) {
      boolean last = i == parts.size() - 1;
      String part = parts.get(i);
      if (part.equals(".") || part.equals("..")) {
        directory = part.equals(".") ? directory : directory.parent;
        continue;
      }
      Place place = new Place(directory, part, directory.children.get(part));
      if (place.node != null && place.node.type == FileType.SYMLINK && (follow || !last)) {
        if (++links[0] > Tree.MAX_LINKS_FOLLOWED) {
          throw new Refusal(Failure.LOOP);
        }
        place = resolve(directory, place.node.target, true, links);
      }
      if (last) {
        return place;
      }
      if (!place.existing().isDirectory()) {
        throw new Refusal(Failure.NOT_DIRECTORY);
      }
      directory = place.existing();
    }
    return new Place(directory.parent, null, directory);
  }

  void add(Place at, Node node, long now) {
    if (at.node != null) {
      throw new Refusal(Failure.EXISTS);
    }
    at.directory.children.put(at.name, node);
    node.links++;
    if (node.isDirectory()) {
      node.parent = at.directory;
    }
    at.directory.touch(now);
  }

  void link(Node node, Place to, long now) {
    if (to.node != null) {
      throw new Refusal(Failure.EXISTS);
    }
    if (node.isDirectory()) {
      throw new Refusal(Failure.NOT_PERMITTED);
    }
    add(to, node, now);
    node.changed = now;
  }

  void unlink(Place at, long now) {
    if (at.existing().isDirectory()) {
      throw new Refusal(Failure.IS_DIRECTORY);
    }
    drop(at, now);
  }

  void removeDirectory(Place at, long now) {
    if (!at.existing().isDirectory()) {
      throw new Refusal(Failure.NOT_DIRECTORY);
    }
    if (!at.existing().children.isEmpty()) {
      throw new Refusal(Failure.NOT_EMPTY);
    }
    drop(at, now);
  }

  private static void drop(Place at, long now) {
    at.directory.children.remove(at.name);
    at.directory.touch(now);
    at.existing().links--;
    at.existing().changed = now;
  }

  void rename(Place from, Place to, boolean replace, long now) {
    Node source = from.existing();
    for (Node above = to.directory; source.isDirectory(); above = above.parent) {
      if (above == source) {
        throw new Refusal(Failure.INVALID);
      }
      if (above == root) {
        break;
      }
    }
    if (to.node != null) {
      if (!replace) {
        throw new Refusal(Failure.EXISTS);
      }
      if (to.node == source) {
        return;
      }
      requireReplaceable(source, to.node);
      drop(to, now);
    }
    drop(from, now);
    to.directory.children.put(to.name, source);
    to.directory.touch(now);
    source.links++;
    if (source.isDirectory()) {
      source.parent = to.directory;
    }
  }

  private static void requireReplaceable(Node source, Node target) {
    if (source.isDirectory() && !target.isDirectory()) {
      throw new Refusal(Failure.NOT_DIRECTORY);
    }
    if (!source.isDirectory() && target.isDirectory()) {
      throw new Refusal(Failure.IS_DIRECTORY);
    }
    if (!target.children.isEmpty()) {
      throw new Refusal(Failure.NOT_EMPTY);
    }
  }

  void cloneFile(Node source, Place to, boolean attributes, long now) {
    if (source.isDirectory()) {
      throw new Refusal(Failure.IS_DIRECTORY);
    }
    if (source.type != FileType.REGULAR) {
      throw new Refusal(Failure.INVALID);
    }
    if (to.node != null && to.node.isDirectory()) {
      throw new Refusal(Failure.IS_DIRECTORY);
    }
    if (to.node == source) {
      return;
    }
    Node clone = new Node(FileType.REGULAR, 0600, now);
    clone.text = source.text;
    if (attributes) {
      clone.permissions = source.permissions;
      clone.uid = source.uid;
      clone.modified = source.modified;
      clone.xattrs.putAll(source.xattrs);
    }
    if (to.node != null) {
      drop(to, now);
    }
    add(new Place(to.directory, to.name, null), clone, now);
  }
}
