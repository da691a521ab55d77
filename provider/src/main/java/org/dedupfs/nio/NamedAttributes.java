package org.dedupfs.nio;

import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.dedupfs.UnixFileAttributes;
import org.dedupfs.tree.AttributeChange;
import org.jspecify.annotations.Nullable;

/**
 * Attributes by names such as {@code lastModifiedTime}, {@code posix:permissions}, {@code unix:*}.
 */
final class NamedAttributes {
  private static final Map<String, Map<String, Function<UnixFileAttributes, Object>>> READERS =
      readers();

  /** A name taken apart; without a view it is one of {@code basic}. */
  private record Name(String view, String attribute) {
    static Name of(String text) {
      int colon = text.indexOf(':');
      if (colon == 0) {
        throw new IllegalArgumentException("'" + text + "' names no view before the colon");
      }
      Name name =
          colon < 0
              ? new Name("basic", text)
              : new Name(text.substring(0, colon), text.substring(colon + 1));
      if (!StoreFileSystem.VIEWS.contains(name.view)) {
        throw new UnsupportedOperationException("View '" + name.view + "' not available");
      }
      return name;
    }

    IllegalArgumentException unknown() {
      return new IllegalArgumentException(
          "'" + attribute + "' is not an attribute of view '" + view + "' that can be used so");
    }
  }

  private NamedAttributes() {}

  private static Map<String, Map<String, Function<UnixFileAttributes, Object>>> readers() {
    Map<String, Function<UnixFileAttributes, Object>> basic = new LinkedHashMap<>();
    basic.put("size", UnixFileAttributes::size);
    basic.put("creationTime", UnixFileAttributes::creationTime);
    basic.put("lastAccessTime", UnixFileAttributes::lastAccessTime);
    basic.put("lastModifiedTime", UnixFileAttributes::lastModifiedTime);
    basic.put("fileKey", UnixFileAttributes::fileKey);
    basic.put("isDirectory", UnixFileAttributes::isDirectory);
    basic.put("isRegularFile", UnixFileAttributes::isRegularFile);
    basic.put("isSymbolicLink", UnixFileAttributes::isSymbolicLink);
    basic.put("isOther", UnixFileAttributes::isOther);
    Map<String, Function<UnixFileAttributes, Object>> posix = new LinkedHashMap<>(basic);
    posix.put("permissions", UnixFileAttributes::permissions);
    posix.put("owner", UnixFileAttributes::owner);
    posix.put("group", UnixFileAttributes::group);
    Map<String, Function<UnixFileAttributes, Object>> unix = new LinkedHashMap<>(posix);
    unix.put("mode", UnixFileAttributes::mode);
    unix.put("ino", UnixFileAttributes::ino);
    unix.put("dev", UnixFileAttributes::dev);
    unix.put("rdev", UnixFileAttributes::rdev);
    unix.put("nlink", UnixFileAttributes::nlink);
    unix.put("uid", UnixFileAttributes::uid);
    unix.put("gid", UnixFileAttributes::gid);
    unix.put("ctime", UnixFileAttributes::ctime);
    return Map.of(
        "basic",
        basic,
        "owner",
        Map.of("owner", UnixFileAttributes::owner),
        "posix",
        posix,
        "unix",
        unix);
  }

  static Map<String, Object> read(DedupPath path, String attributes, boolean follow)
      throws IOException {
    Name name = Name.of(attributes);
    AttributeTarget target = AttributeTarget.of(path, follow);
    String[] wanted = name.attribute().split(",");
    if (name.view().equals("user")) {
      return new UserAttributeView(target).readNamed(wanted);
    }
    if (name.view().equals("xattr")) {
      return UserAttributeView.ofAll(target).readNamed(wanted);
    }
    if (name.view().equals(DedupView.NAME)) {
      return new DedupView(target).readNamed(wanted);
    }
    return readNamed(
        name.view(), Objects.requireNonNull(READERS.get(name.view())), wanted, target::read);
  }

  /** Where values come from. */
  interface Source<A> {
    A read() throws IOException;
  }

  /** Values by name; {@code *} stands for all. */
  static <A> Map<String, Object> readNamed(
      String view, Map<String, Function<A, Object>> readers, String[] wanted, Source<A> source)
      throws IOException {
    Map<String, Function<A, Object>> chosen = new LinkedHashMap<>();
    for (String each : wanted) {
      if (each.equals("*")) {
        chosen.putAll(readers);
        continue;
      }
      Function<A, Object> reader = readers.get(each);
      if (reader == null) {
        throw new Name(view, each).unknown();
      }
      chosen.put(each, reader);
    }
    A values = source.read();
    Map<String, Object> result = new HashMap<>();
    chosen.forEach((key, reader) -> result.put(key, reader.apply(values)));
    return result;
  }

  static void set(DedupPath path, String attribute, @Nullable Object value, boolean follow)
      throws IOException {
    Name name = Name.of(attribute);
    AttributeTarget target = AttributeTarget.of(path, follow);
    if (name.view().equals("user")) {
      new UserAttributeView(target).set(name.attribute(), value);
      return;
    }
    if (name.view().equals("xattr")) {
      UserAttributeView.ofAll(target).set(name.attribute(), value);
      return;
    }
    if (name.view().equals(DedupView.NAME)) {
      throw name.unknown();
    }
    InodeAttributeView view = new InodeAttributeView(name.view(), target);
    boolean done =
        switch (name.view()) {
          case "basic" -> setBasic(view, name.attribute(), value);
          case "owner" -> setOwner(view, name.attribute(), value);
          case "posix" -> setPosix(view, name.attribute(), value);
          default -> setUnix(view, target, name.attribute(), value);
        };
    if (!done) {
      throw name.unknown();
    }
  }

  private static boolean setBasic(InodeAttributeView view, String attribute, @Nullable Object value)
      throws IOException {
    switch (attribute) {
      case "lastModifiedTime" -> view.setTimes((FileTime) value, null, null);
      case "lastAccessTime" -> view.setTimes(null, (FileTime) value, null);
      case "creationTime" -> view.setTimes(null, null, (FileTime) value);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean setOwner(InodeAttributeView view, String attribute, @Nullable Object value)
      throws IOException {
    if (!attribute.equals("owner")) {
      return false;
    }
    view.setOwner((UserPrincipal) Objects.requireNonNull(value));
    return true;
  }

  @SuppressWarnings("unchecked") // Each permission is checked where it is used.
  private static boolean setPosix(InodeAttributeView view, String attribute, @Nullable Object value)
      throws IOException {
    switch (attribute) {
      case "permissions" ->
          view.setPermissions((Set<PosixFilePermission>) Objects.requireNonNull(value));
      case "group" -> view.setGroup((GroupPrincipal) Objects.requireNonNull(value));
      default -> {
        return setOwner(view, attribute, value) || setBasic(view, attribute, value);
      }
    }
    return true;
  }

  private static boolean setUnix(
      InodeAttributeView view, AttributeTarget target, String attribute, @Nullable Object value)
      throws IOException {
    switch (attribute) {
      case "mode" -> view.setMode((Integer) Objects.requireNonNull(value));
      case "uid" ->
          target.change(AttributeChange.NONE.withOwner((Integer) Objects.requireNonNull(value)));
      case "gid" ->
          target.change(AttributeChange.NONE.withGroup((Integer) Objects.requireNonNull(value)));
      default -> {
        return setPosix(view, attribute, value);
      }
    }
    return true;
  }
}
