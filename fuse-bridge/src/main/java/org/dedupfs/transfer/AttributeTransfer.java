package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives a copy the owner, extended attributes, times and mode of its source; what it may not give
 * is reported and left. Safe for use by any number of threads.
 */
final class AttributeTransfer {
  private static final int SET_ID_BITS = 06000;
  private static final int SPECIAL_BITS = 07000;

  private final Side from;
  private final Side to;
  private final TransferListener listener;

  /** Devices of the source whose file system knows no extended attributes. */
  private final Set<Long> withoutXattrs = ConcurrentHashMap.newKeySet();

  AttributeTransfer(Side from, Side to, TransferListener listener) {
    this.from = from;
    this.to = to;
    this.listener = listener;
  }

  /** The mode comes last: it may forbid all the rest. */
  void apply(Path source, Path target, EntryAttributes wanted) throws IOException {
    EntryAttributes now = EntryAttributes.read(target);
    boolean owned = setOwner(source, target, wanted, now);
    if (wanted.isRegularFile() || wanted.isDirectory()) {
      copyXattrs(source, target, wanted.id().device());
    }
    if (!now.modified().equals(wanted.modified())) {
      BasicFileAttributeView view =
          Objects.requireNonNull(
              Files.getFileAttributeView(
                  target, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS));
      view.setTimes(wanted.modified(), wanted.accessed(), null);
    }
    if (!wanted.isSymbolicLink()) {
      boolean ownerChanged = now.uid() != wanted.uid() || now.gid() != wanted.gid();
      // That may have taken bits away.
      int present = ownerChanged ? EntryAttributes.read(target).permissions() : now.permissions();
      setMode(source, target, wanted, owned, present);
    }
  }

  private boolean setOwner(Path source, Path target, EntryAttributes wanted, EntryAttributes now) {
    try {
      if (now.uid() != wanted.uid()) {
        Files.setAttribute(target, "unix:uid", wanted.uid(), LinkOption.NOFOLLOW_LINKS);
      }
      if (now.gid() != wanted.gid()) {
        Files.setAttribute(target, "unix:gid", wanted.gid(), LinkOption.NOFOLLOW_LINKS);
      }
      return true;
    } catch (IOException e) {
      String ids =
          Integer.toUnsignedString(wanted.uid()) + ":" + Integer.toUnsignedString(wanted.gid());
      listener.lost(from.text(source), Loss.OWNER, "owner " + ids + ": " + Failures.reason(e));
      return false;
    }
  }

  private void setMode(Path source, Path target, EntryAttributes wanted, boolean owned, int present)
      throws IOException {
    // A set-id program must not become one of somebody else.
    int permissions = owned ? wanted.permissions() : wanted.permissions() & ~SET_ID_BITS;
    if (present != permissions) {
      Files.setAttribute(target, "unix:mode", permissions, LinkOption.NOFOLLOW_LINKS);
    }
    if ((wanted.permissions() & SPECIAL_BITS) != 0) {
      int kept = EntryAttributes.read(target).permissions();
      if (kept != wanted.permissions()) {
        String why = String.format("mode %04o became %04o", wanted.permissions(), kept);
        listener.lost(from.text(source), Loss.MODE, why);
      }
    }
  }

  private void copyXattrs(Path source, Path target, long device) {
    if (withoutXattrs.contains(device)) {
      return;
    }
    UserDefinedFileAttributeView here = view(source);
    List<String> names;
    try {
      names = here == null ? List.of() : here.list();
    } catch (IOException e) {
      // A file that cannot be opened is reported where its content is read.
      if (!Files.isReadable(source)) {
        return;
      }
      withoutXattrs.add(device);
      return;
    }
    for (String name : names) {
      copyXattr(source, Objects.requireNonNull(here), view(target), name);
    }
  }

  private void copyXattr(
      Path source,
      UserDefinedFileAttributeView here,
      @Nullable UserDefinedFileAttributeView there,
      String name) {
    try {
      if (there == null || !to.canName(name) || name.indexOf('\uFFFD') >= 0) {
        throw new IOException("the name does not fit the locale, or the other side knows none");
      }
      ByteBuffer value = ByteBuffer.allocate(here.size(name));
      here.read(name, value);
      there.write(name, value.flip());
    } catch (NoSuchFileException e) {
      // Removed meanwhile, with its file.
      return;
    } catch (IOException e) {
      listener.lost(from.text(source), Loss.XATTR, "user." + name + ": " + Failures.reason(e));
    }
  }

  private static @Nullable UserDefinedFileAttributeView view(Path path) {
    return Files.getFileAttributeView(
        path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }
}
