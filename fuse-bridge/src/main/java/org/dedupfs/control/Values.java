package org.dedupfs.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;
import org.dedupfs.UnixFileAttributes;
import org.jspecify.annotations.Nullable;

/** Values of attributes on the wire, each with its type. */
final class Values {
  private static final int NULL = 0;
  private static final int FLAG = 1;
  private static final int NUMBER32 = 2;
  private static final int NUMBER64 = 3;
  private static final int TIME = 4;
  private static final int TEXT = 5;
  private static final int BYTES = 6;
  private static final int PERMISSIONS = 7;
  private static final int USER = 8;
  private static final int GROUP = 9;
  private static final int KEY = 10;

  private Values() {}

  /** What {@code fileKey} is at the other end; equal where that is equal. */
  record FileKey(String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  /** An owner by number, whose name was told. */
  record User(int id, String name) implements UserPrincipal {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof User that && that.id == id;
    }

    @Override
    public int hashCode() {
      return id;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** A group by number, whose name was told. */
  record Group(int id, String name) implements GroupPrincipal {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Group that && that.id == id;
    }

    @Override
    public int hashCode() {
      return id;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * Writes a value.
   *
   * @param owners whose numbers go with owner and group; null where there are none in the values
   * @throws ClassCastException for a type that no attribute has
   */
  static void write(Outgoing out, @Nullable Object value, @Nullable UnixFileAttributes owners)
      throws IOException {
    if (value == null) {
      out.number8(NULL);
    } else if (value instanceof Boolean flag) {
      out.number8(FLAG).flag(flag);
    } else if (value instanceof Integer number) {
      out.number8(NUMBER32).number32(number);
    } else if (value instanceof Long number) {
      out.number8(NUMBER64).number64(number);
    } else if (value instanceof FileTime time) {
      out.number8(TIME).time(time);
    } else if (value instanceof String text) {
      out.number8(TEXT).text(text);
    } else if (value instanceof byte[] bytes) {
      out.number8(BYTES).bytes(bytes);
    } else if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      out.number8(BYTES).bytes(bytes);
    } else if (value instanceof Set<?> permissions) {
      out.number8(PERMISSIONS).number32(permissionBits(permissions));
    } else if (value instanceof GroupPrincipal group) {
      out.number8(GROUP).number32(idOf(group, owners)).text(group.getName());
    } else if (value instanceof UserPrincipal user) {
      out.number8(USER).number32(idOf(user, owners)).text(user.getName());
    } else {
      out.number8(KEY).text(value.toString());
    }
  }

  private static int idOf(UserPrincipal principal, @Nullable UnixFileAttributes owners) {
    if (principal instanceof User user) {
      return user.id();
    }
    if (principal instanceof Group group) {
      return group.id();
    }
    if (owners == null) {
      throw new java.nio.file.ProviderMismatchException(
          "'" + principal + "' is another provider's, or of a store that is open here");
    }
    return principal instanceof GroupPrincipal ? owners.gid() : owners.uid();
  }

  static @Nullable Object read(Incoming in) throws MalformedMessageException {
    int type = in.number8();
    return switch (type) {
      case NULL -> null;
      case FLAG -> in.flag();
      case NUMBER32 -> in.number32();
      case NUMBER64 -> in.number64();
      case TIME -> in.time();
      case TEXT -> in.text();
      case BYTES -> in.bytes();
      case PERMISSIONS -> permissions(in.number32());
      case USER -> new User(in.number32(), in.text());
      case GROUP -> new Group(in.number32(), in.text());
      case KEY -> new FileKey(in.text());
      default -> throw new MalformedMessageException("no value has type " + type);
    };
  }

  static int permissionBits(Set<?> permissions) {
    int bits = 0;
    for (Object each : permissions) {
      bits |= WireNumber.bit((PosixFilePermission) each);
    }
    return bits;
  }

  static Set<PosixFilePermission> permissions(int bits) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (PosixFilePermission each : PosixFilePermission.values()) {
      if ((bits & WireNumber.bit(each)) != 0) {
        permissions.add(each);
      }
    }
    return permissions;
  }

  static void writeCreation(Outgoing out, FileAttribute<?>... attributes) throws IOException {
    out.number32(attributes.length);
    for (FileAttribute<?> each : attributes) {
      out.text(each.name());
      write(out, each.value(), null);
    }
  }

  private record Creation(String name, @Nullable Object value)
      implements FileAttribute<@Nullable Object> {}

  static FileAttribute<?>[] readCreation(Incoming in) throws MalformedMessageException {
    FileAttribute<?>[] attributes = new FileAttribute<?>[in.count(5)];
    for (int i = 0; i < attributes.length; i++) {
      attributes[i] = new Creation(in.text(), read(in));
    }
    return attributes;
  }
}
