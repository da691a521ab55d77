package org.dedupfs.nio;

import java.io.IOException;
import java.util.List;
import org.dedupfs.ExtendedAttributeView;
import org.jspecify.annotations.Nullable;

/** All extended attributes of one target. */
final class XattrView implements ExtendedAttributeView {
  private final AttributeTarget target;

  XattrView(AttributeTarget target) {
    this.target = target;
  }

  @Override
  public String name() {
    return "xattr";
  }

  @Override
  public List<byte[]> list() throws IOException {
    return target.with((tree, inode) -> tree.listXattrs(inode));
  }

  @Override
  public byte @Nullable [] read(byte[] name) throws IOException {
    byte[] wanted = name.clone();
    return target.with((tree, inode) -> tree.getXattr(inode, wanted));
  }

  @Override
  public void write(byte[] name, byte[] value, Presence presence) throws IOException {
    byte[] copy = name.clone();
    byte[] content = value.clone();
    target.with(
        (tree, inode) -> {
          tree.setXattr(
              inode, copy, content, presence == Presence.PRESENT, presence == Presence.MISSING);
          return Boolean.TRUE;
        });
  }

  @Override
  public void delete(byte[] name) throws IOException {
    byte[] copy = name.clone();
    target.with(
        (tree, inode) -> {
          tree.removeXattr(inode, copy);
          return Boolean.TRUE;
        });
  }
}
