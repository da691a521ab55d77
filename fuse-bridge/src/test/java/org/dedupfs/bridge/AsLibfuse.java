package org.dedupfs.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls operations as the high-level interface of libfuse 2.9 does for what programs do: one node
 * per path, open files that lose their name hidden, hidden names removed with the last handle. Used
 * by one thread; knows no moves of directories.
 */
final class AsLibfuse implements KernelCache {

  /** A path that the kernel has looked up. */
  static final class Node {
    final long id;
    String path;
    int openCount;
    boolean hidden;

    Node(long id, String path) {
      this.id = id;
      this.path = path;
    }
  }

  private final Operations operations;
  private final Map<String, Node> nodes = new HashMap<>();
  private final List<Long> invalidated = new ArrayList<>();
  private final List<String> calls = new ArrayList<>();
  private long lastNode = 1;
  private int hideCounter;

  AsLibfuse(Operations operations) {
    this.operations = operations;
    operations.init(this);
  }

  @Override
  public synchronized void invalidate(long nodeId) {
    invalidated.add(nodeId);
  }

  /** What was invalidated since it was asked last. */
  synchronized List<Long> takeInvalidated() {
    List<Long> taken = List.copyOf(invalidated);
    invalidated.clear();
    return taken;
  }

  /** Each call of rename and unlink so far. */
  List<String> calls() {
    return calls;
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return path.substring(0, slash);
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** LOOKUP. */
  Node lookup(String path) throws IOException {
    FileStatus status = operations.getattr(FakeRequest.of(FakeRequest.LOOKUP, 1), bytes(path));
    if (status.ino() == 0) {
      throw new AssertionError("no inode number");
    }
    return nodes.computeIfAbsent(path, key -> new Node(++lastNode, key));
  }

  boolean exists(String path) throws IOException {
    try {
      operations.getattr(FakeRequest.of(FakeRequest.LOOKUP, 1), bytes(path));
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  FileStatus stat(String path) throws IOException {
    return stat(lookup(path));
  }

  /** GETATTR, which is what fstat(2) is too. */
  FileStatus stat(Node node) throws IOException {
    FileStatus status =
        operations.getattr(FakeRequest.of(FakeRequest.GETATTR, node.id), bytes(node.path));
    return node.hidden && status.nlink() > 0 ? status.withNlink(status.nlink() - 1) : status;
  }

  Fd create(String path, int mode) throws IOException {
    FakeRequest request = FakeRequest.of(FakeRequest.CREATE, 1);
    OpenedFile opened = operations.create(request, bytes(path), mode, OpenFlags.READ_WRITE);
    FileStatus status = operations.fgetattr(request, opened.handle());
    if (!FileModes.isRegular(status.mode())) {
      throw new AssertionError(status);
    }
    return new Fd(nodes.computeIfAbsent(path, key -> new Node(++lastNode, key)), opened, 0);
  }

  Fd open(String path, int flags) throws IOException {
    return open(lookup(path), flags);
  }

  Fd open(Node node, int flags) throws IOException {
    FakeRequest request = FakeRequest.of(FakeRequest.OPEN, node.id);
    return new Fd(node, operations.open(request, bytes(node.path), flags), flags);
  }

  void unlink(String path) throws IOException {
    FakeRequest request = FakeRequest.of(Request.UNLINK, 1);
    Node node = nodes.get(path);
    if (node != null && node.openCount > 0) {
      hide(request, node);
    } else {
      unlink(request, path);
      nodes.remove(path);
    }
  }

  private void unlink(FakeRequest request, String path) throws IOException {
    calls.add("unlink " + path);
    operations.unlink(request, bytes(path));
  }

  /** The first half of a rename over an open file, or an unlink of one. */
  Node hide(FakeRequest request, Node node) throws IOException {
    String hidden;
    do {
      hideCounter++;
      hidden =
          String.format("%s/.fuse_hidden%08x%08x", parent(node.path), (int) node.id, hideCounter);
    } while (nodes.containsKey(hidden) || isThere(request, hidden));
    calls.add("rename " + node.path + " " + hidden);
    operations.rename(request, bytes(node.path), bytes(hidden));
    nodes.remove(node.path);
    node.path = hidden;
    node.hidden = true;
    nodes.put(hidden, node);
    return node;
  }

  private boolean isThere(FakeRequest request, String path) throws IOException {
    try {
      operations.getattr(request, bytes(path));
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  void rename(String from, String to) throws IOException {
    FakeRequest request = FakeRequest.renameTo(name(to));
    Node replaced = nodes.get(to);
    if (replaced != null && replaced.openCount > 0) {
      hide(request, replaced);
    }
    calls.add("rename " + from + " " + to);
    operations.rename(request, bytes(from), bytes(to));
    Node moved = nodes.remove(from);
    nodes.remove(to);
    if (moved != null) {
      moved.path = to;
      nodes.put(to, moved);
    }
  }

  /** An open file descriptor. */
  final class Fd implements AutoCloseable {
    final Node node;
    final boolean directIo;
    private final long handle;
    private final int flags;
    private @Nullable Boolean closed;

    Fd(Node node, OpenedFile opened, int flags) {
      this.node = node;
      this.handle = opened.handle();
      this.directIo = opened.directIo();
      this.flags = flags;
      node.openCount++;
    }

    long handle() {
      return handle;
    }

    FakeRequest request(int opcode) {
      return FakeRequest.of(opcode, node.id);
    }

    FileStatus stat() throws IOException {
      return AsLibfuse.this.stat(node);
    }

    void write(String text, long offset) throws IOException {
      ByteBuffer source = ByteBuffer.wrap(bytes(text));
      int count =
          operations.write(request(FakeRequest.WRITE), handle, source, offset, flags, false);
      if (count != text.length() || source.hasRemaining()) {
        throw new AssertionError("short write " + count);
      }
    }

    String read(int length, long offset) throws IOException {
      ByteBuffer target = ByteBuffer.allocateDirect(length);
      int count = operations.read(request(FakeRequest.READ), handle, target, offset);
      byte[] read = new byte[count];
      target.flip().get(read);
      return new String(read, UTF_8);
    }

    String content() throws IOException {
      return read(1 << 16, 0);
    }

    void truncate(long size) throws IOException {
      operations.ftruncate(request(FakeRequest.SETATTR), handle, size);
    }

    @Override
    public void close() throws IOException {
      if (closed != null) {
        return;
      }
      closed = true;
      operations.flush(request(FakeRequest.FLUSH), handle);
      FakeRequest release = request(Request.RELEASE);
      operations.release(release, handle);
      node.openCount--;
      if (node.hidden && node.openCount == 0) {
        node.hidden = false;
        unlink(release, node.path);
        nodes.remove(node.path);
      }
    }
  }
}
