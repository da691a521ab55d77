package org.dedupfs.nio;

import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Map;
import java.util.Objects;
import org.dedupfs.DedupFileAttributeView;
import org.dedupfs.ExtendedAttributeView;
import org.dedupfs.UnixFileAttributeView;
import org.dedupfs.UnixFileAttributes;
import org.jspecify.annotations.Nullable;

/** The attribute views by type. */
final class AttributeViews {
  private static final Map<Class<? extends FileAttributeView>, String> INODE_VIEWS =
      Map.of(
          FileOwnerAttributeView.class, "owner",
          PosixFileAttributeView.class, "posix",
          UnixFileAttributeView.class, "unix");

  private AttributeViews() {}

  /** Null for a view that stores do not have. */
  static <V extends FileAttributeView> @Nullable V of(
      DedupPath path, Class<V> type, boolean follow) {
    return of(AttributeTarget.of(path, follow), type);
  }

  static <V extends FileAttributeView> @Nullable V of(AttributeTarget target, Class<V> type) {
    if (type == BasicFileAttributeView.class) {
      return type.cast(new BasicView(new InodeAttributeView("basic", target)));
    }
    String name = INODE_VIEWS.get(Objects.requireNonNull(type));
    if (name != null) {
      return type.cast(new InodeAttributeView(name, target));
    }
    if (type == UserDefinedFileAttributeView.class) {
      return type.cast(new UserAttributeView(target));
    }
    if (type == DedupFileAttributeView.class) {
      return type.cast(new DedupView(target));
    }
    return type == ExtendedAttributeView.class ? type.cast(new XattrView(target)) : null;
  }

  static <A extends BasicFileAttributes> A read(DedupPath path, Class<A> type, boolean follow)
      throws IOException {
    if (type != BasicFileAttributes.class
        && type != PosixFileAttributes.class
        && type != UnixFileAttributes.class) {
      throw new UnsupportedOperationException(
          Objects.requireNonNull(type).getName() + " is not an attribute type of stores");
    }
    BasicFileAttributes all = AttributeTarget.of(path, follow).read();
    return type.cast(type == BasicFileAttributes.class ? new BasicView.Attributes(all) : all);
  }
}
