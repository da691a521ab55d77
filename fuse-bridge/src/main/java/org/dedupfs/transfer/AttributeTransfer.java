package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Gives a copy the owner, extended attributes, times and mode of its source; what it may not give
 * is reported and left. Safe for use by any number of threads.
 */
final class AttributeTransfer {
  private static final int SET_ID_BITS = 06000;
  private static final int SPECIAL_BITS = 07000;

  private final Side from;
  private final TransferListener listener;
  private final XattrTransfer xattrs;
  private final Side to;

  AttributeTransfer(Side from, Side to, TransferListener listener) {
    this.from = from;
    this.to = to;
    this.listener = listener;
    this.xattrs = new XattrTransfer(from, to, listener);
  }

  /** Whether the copy has the extended attributes of the source, as far as both can be read. */
  boolean hasSameXattrs(Path source, Path target) throws IOException {
    return xattrs.isSame(source, target);
  }

  /** The mode comes last: it may forbid all the rest. */
  void apply(Path source, Path target, EntryAttributes wanted) throws IOException {
    EntryAttributes now = EntryAttributes.read(target);
    boolean ownerChanged = now.uid() != wanted.uid() || now.gid() != wanted.gid();
    boolean owned = !ownerChanged || setOwner(source, target, wanted, now);
    // After the owner, which takes capabilities away.
    boolean changed = xattrs.copy(source, target);
    if (!now.modified().equals(wanted.modified())) {
      to.setTimes(target, wanted);
    }
    if (!wanted.isSymbolicLink()) {
      // A new owner may have taken bits away, an access control list changed those of the group.
      int present =
          ownerChanged || changed ? EntryAttributes.read(target).permissions() : now.permissions();
      setMode(source, target, wanted, owned, present);
    }
  }

  /** Whether owner and group are right now. Whoever is not root may give files to his groups. */
  private boolean setOwner(Path source, Path target, EntryAttributes wanted, EntryAttributes now) {
    try {
      to.setOwner(target, wanted.uid(), wanted.gid());
      return true;
    } catch (IOException e) {
      String ids =
          Integer.toUnsignedString(wanted.uid()) + ":" + Integer.toUnsignedString(wanted.gid());
      listener.lost(from.text(source), Loss.OWNER, "owner " + ids + ": " + Failures.reason(e));
    }
    if (now.uid() != wanted.uid() && now.gid() != wanted.gid()) {
      try {
        to.setOwner(target, now.uid(), wanted.gid());
      } catch (IOException e) {
        // Said already.
        return false;
      }
    }
    return false;
  }

  private void setMode(Path source, Path target, EntryAttributes wanted, boolean owned, int present)
      throws IOException {
    // A set-id program must not become one of somebody else.
    int permissions = owned ? wanted.permissions() : wanted.permissions() & ~SET_ID_BITS;
    if (present != permissions) {
      to.setMode(target, permissions);
    }
    if ((wanted.permissions() & SPECIAL_BITS) != 0) {
      int kept = EntryAttributes.read(target).permissions();
      if (kept != wanted.permissions()) {
        String why = String.format("mode %04o became %04o", wanted.permissions(), kept);
        listener.lost(from.text(source), Loss.MODE, why);
      }
    }
  }
}
