package org.dedupfs.control;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.ExtendedAttributeView;
import org.jspecify.annotations.Nullable;

/** All extended attributes of a file. */
final class RemoteXattrView implements ExtendedAttributeView {
  private final AttributeTarget target;

  RemoteXattrView(AttributeTarget target) {
    this.target = target;
  }

  @Override
  public String name() {
    return "xattr";
  }

  @Override
  public List<byte[]> list() throws IOException {
    return target.call(
        Operation.XATTR_LIST,
        out -> {},
        in -> {
          List<byte[]> names = new ArrayList<>();
          for (int left = in.count(4); left > 0; left--) {
            names.add(in.bytes());
          }
          return names;
        });
  }

  private record Value(byte @Nullable [] bytes) {}

  @Override
  public byte @Nullable [] read(byte[] name) throws IOException {
    return target
        .call(Operation.XATTR_READ, out -> out.bytes(name), in -> new Value(in.bytesOrNull()))
        .bytes();
  }

  @Override
  public void write(byte[] name, byte[] value, Presence presence) throws IOException {
    target.run(
        Operation.XATTR_WRITE,
        out -> out.bytes(name).bytes(value).number8(WireNumber.of(presence)));
  }

  @Override
  public void delete(byte[] name) throws IOException {
    target.run(Operation.XATTR_DELETE, out -> out.bytes(name));
  }
}
