package org.dedupfs.nio;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dedupfs.ByteNames;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystemException.Reason;
import org.jspecify.annotations.Nullable;

/** The extended attributes of one namespace, {@code user.} as a rule, by their names without it. */
final class UserAttributeView implements UserDefinedFileAttributeView {
  private final byte[] namespace;
  private final AttributeTarget target;

  UserAttributeView(AttributeTarget target) {
    this(target, "user.");
  }

  private UserAttributeView(AttributeTarget target, String namespace) {
    this.target = target;
    this.namespace = namespace.getBytes(StandardCharsets.US_ASCII);
  }

  /** All of them, by their whole names; to read and set them by name. */
  static UserAttributeView ofAll(AttributeTarget target) {
    return new UserAttributeView(target, "");
  }

  @Override
  public String name() {
    return "user";
  }

  @Override
  public List<String> list() throws IOException {
    List<String> names = new ArrayList<>();
    for (byte[] full : target.with((tree, inode) -> tree.listXattrs(inode))) {
      if (full.length > namespace.length && Arrays.mismatch(full, namespace) == namespace.length) {
        names.add(ByteNames.toText(Arrays.copyOfRange(full, namespace.length, full.length)));
      }
    }
    return names;
  }

  @Override
  public int size(String name) throws IOException {
    return value(name).length;
  }

  @Override
  public int read(String name, ByteBuffer target) throws IOException {
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("Read-only buffer");
    }
    byte[] value = value(name);
    if (value.length > target.remaining()) {
      throw failure(
          Reason.OUT_OF_RANGE,
          "The value of '" + name + "' has " + value.length + " bytes, more than the buffer takes");
    }
    target.put(value);
    return value.length;
  }

  @Override
  public int write(String name, ByteBuffer source) throws IOException {
    byte[] value = new byte[source.remaining()];
    source.get(value);
    put(name, value);
    return value.length;
  }

  @Override
  public void delete(String name) throws IOException {
    byte[] full = full(name);
    target.with(
        (tree, inode) -> {
          tree.removeXattr(inode, full);
          return Boolean.TRUE;
        });
  }

  /** Values by name; {@code *} stands for all. */
  Map<String, Object> readNamed(String... wanted) throws IOException {
    List<String> names = new ArrayList<>();
    for (String each : wanted) {
      if (each.equals("*")) {
        names.addAll(list());
      } else if (each.isEmpty()) {
        throw new IllegalArgumentException("the name of an extended attribute is empty");
      } else {
        names.add(each);
      }
    }
    Map<String, Object> result = new HashMap<>();
    for (String name : names) {
      result.put(name, value(name));
    }
    return result;
  }

  /** {@code value} is a byte array or a buffer. */
  void set(String name, @Nullable Object value) throws IOException {
    if (value instanceof byte[] bytes) {
      put(name, bytes.clone());
    } else {
      write(name, (ByteBuffer) java.util.Objects.requireNonNull(value));
    }
  }

  private void put(String name, byte[] value) throws IOException {
    byte[] full = full(name);
    target.with(
        (tree, inode) -> {
          tree.setXattr(inode, full, value, false, false);
          return Boolean.TRUE;
        });
  }

  private byte[] value(String name) throws IOException {
    byte[] full = full(name);
    byte[] value = target.with((tree, inode) -> tree.getXattr(inode, full));
    if (value == null) {
      throw failure(Reason.NO_ATTRIBUTE, "There is no extended attribute '" + name + "'");
    }
    return value;
  }

  private byte[] full(String name) throws IOException {
    if (name.isEmpty()) {
      target.read(); // As the JDK has it: first of all there must be such a file.
      throw failure(Reason.INVALID, "The name of an extended attribute is empty");
    }
    ByteArrayOutputStream full = new ByteArrayOutputStream();
    full.writeBytes(namespace);
    full.writeBytes(ByteNames.toBytes(name));
    return full.toByteArray();
  }

  private DedupFileSystemException failure(Reason reason, String message) {
    return new DedupFileSystemException(target.path().toString(), null, reason, message);
  }
}
