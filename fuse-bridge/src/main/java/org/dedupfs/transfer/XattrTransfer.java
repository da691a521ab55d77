package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.dedupfs.ByteNames;
import org.jspecify.annotations.Nullable;

/**
 * Gives a copy the extended attributes of its source, access control lists among them, and takes
 * those away that only the copy has. Safe for use by any number of threads.
 */
final class XattrTransfer {
  private static final String USER = "user.";

  /** A directory gives its default list to what is made in it. */
  private static final String ACCESS_CONTROL_LIST = "system.posix_acl_";

  private final Side from;
  private final Side to;
  private final TransferListener listener;

  XattrTransfer(Side from, Side to, TransferListener listener) {
    this.from = from;
    this.to = to;
    this.listener = listener;
  }

  /** Whether {@link #copy} would have nothing to do. */
  boolean isSame(Path source, Path target) throws IOException {
    List<byte[]> names;
    try {
      names = from.listXattrs(source);
    } catch (IOException e) {
      // Reported when it is copied.
      return false;
    }
    List<byte[]> there = to.listXattrs(target);
    if (names.isEmpty() && there.isEmpty()) {
      return true;
    }
    for (byte[] name : names) {
      byte[] value = valueOrNull(source, name);
      if (value == null || !Arrays.equals(value, presentValue(target, name))) {
        return false;
      }
    }
    return there.stream().noneMatch(name -> isExtra(name, names));
  }

  private byte @Nullable [] valueOrNull(Path source, byte[] name) {
    try {
      return from.xattr(source, name);
    } catch (IOException e) {
      // Reported when it is copied.
      return null;
    }
  }

  /** Gives whether it did anything. */
  boolean copy(Path source, Path target) {
    List<byte[]> names;
    List<byte[]> there;
    try {
      names = from.listXattrs(source);
      there = to.listXattrs(target);
    } catch (NoSuchFileException e) {
      // Removed meanwhile; its content tells.
      return false;
    } catch (IOException e) {
      listener.lost(from.text(source), Loss.XATTR, "extended attributes: " + Failures.reason(e));
      return false;
    }
    boolean changed = false;
    for (byte[] name : names) {
      changed |= copy(source, target, name);
    }
    for (byte[] name : there) {
      changed |= isExtra(name, names) && remove(source, target, name);
    }
    return changed;
  }

  private boolean copy(Path source, Path target, byte[] name) {
    try {
      byte[] value = from.xattr(source, name);
      if (value == null) {
        // Removed meanwhile.
        return false;
      }
      byte[] present = presentValue(target, name);
      if (present != null && Arrays.equals(value, present)) {
        return false;
      }
      to.setXattr(target, name, value);
      return true;
    } catch (NoSuchFileException e) {
      // Removed meanwhile, with its file.
      return false;
    } catch (IOException e) {
      lost(source, name, e);
      return false;
    }
  }

  /** Null too if it may not be read: then it is set. */
  private byte @Nullable [] presentValue(Path target, byte[] name) {
    try {
      return to.xattr(target, name);
    } catch (IOException e) {
      return null;
    }
  }

  private boolean remove(Path source, Path target, byte[] name) {
    try {
      to.removeXattr(target, name);
      return true;
    } catch (IOException e) {
      lost(source, name, e);
      return false;
    }
  }

  private void lost(Path source, byte[] name, IOException e) {
    String why = ByteNames.toText(name) + ": " + Failures.reason(e);
    listener.lost(from.text(source), Loss.XATTR, why);
  }

  /** Those of other namespaces may be what the host gives each new file. */
  private static boolean isExtra(byte[] name, List<byte[]> wanted) {
    String text = new String(name, StandardCharsets.ISO_8859_1);
    return (text.startsWith(USER) || text.startsWith(ACCESS_CONTROL_LIST))
        && wanted.stream().noneMatch(each -> Arrays.equals(each, name));
  }
}
