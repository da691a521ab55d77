package org.dedupfs.tree;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.tree.TreeException.Failure;
import org.jspecify.annotations.Nullable;

/** Changes the attributes of inodes, access times included. */
final class Attributes {
  private static final int SETUID = 04000;
  private static final int SETGID = 02000;
  private static final int GROUP_EXECUTE = 00010;
  private static final byte[] CAPABILITIES =
      "security.capability".getBytes(StandardCharsets.US_ASCII);

  private final TreeRows rows;

  Attributes(TreeRows rows) {
    this.rows = rows;
  }

  Inode set(InodeNumber number, AttributeChange wanted) throws IOException {
    try (Change change = rows.begin()) {
      Inode row = rows.inode(change, number);
      if (wanted.equals(AttributeChange.NONE)) {
        return rows.seen(row);
      }
      Integer permissions = wanted.permissions();
      if (permissions != null && row.isSymlink()) {
        throw new TreeException(Failure.NOT_SUPPORTED);
      }
      Inode changed = with(rows.settled(row), wanted, rows.nowNanos());
      change.put(changed);
      if (changesOwner(wanted) && !row.isDirectory()) {
        deleteCapabilities(change, number);
      }
      change.publish();
      return rows.seen(changed);
    }
  }

  /**
   * Takes away what a write by somebody unprivileged must take away: setuid, setgid of a file that
   * its group may execute, and file capabilities; as {@code file_remove_privs} on Linux.
   */
  void clearPrivileges(InodeNumber number) throws IOException {
    Inode seen = rows.inode(rows.live(), number);
    boolean capable = rows.live().get(RowKey.xattr(number, CAPABILITIES)) != null;
    if (seen.isDirectory() || (withoutPrivileges(seen.mode()) == seen.mode() && !capable)) {
      return;
    }
    try (Change change = rows.begin()) {
      Inode row = rows.settled(rows.inode(change, number));
      change.put(
          row.toBuilder()
              .permissions(withoutPrivileges(row.mode()))
              .changeNanos(rows.nowNanos())
              .build());
      deleteCapabilities(change, number);
      change.publish();
    }
  }

  /**
   * Sets the access time if the policy says so.
   *
   * @param seen the row as callers see it
   * @return until when reading sets it no more, in nanoseconds since the epoch, unless something
   *     changes
   */
  long accessed(@Nullable Inode seen) {
    if (seen == null || rows.isReadOnly()) {
      return AccessPolicy.NEVER;
    }
    AccessPolicy policy = rows.options().accessPolicy();
    if (!policy.isDue(seen, rows.nowNanos())) {
      return policy.dueNanos(seen);
    }
    try (Change change = rows.begin()) {
      Inode row = change.get(RowKey.inode(seen.number()));
      long now = rows.nowNanos();
      if (row != null && row.accessNanos() != now && policy.isDue(rows.seen(row), now)) {
        change.put(row.toBuilder().accessNanos(now).build());
        change.publish();
      }
    } catch (IOException e) {
      // Reading goes on when nothing can be written any more, as on a disk that became read-only;
      // those who write are told.
      return AccessPolicy.ALWAYS;
    }
    return AccessPolicy.ALWAYS; // the next read looks at what it is now
  }

  private static Inode with(Inode row, AttributeChange wanted, long nowNanos) {
    Inode.Builder changed = row.toBuilder().changeNanos(nowNanos);
    if (changesOwner(wanted)) {
      changed.uid(orElse(wanted.uid(), row.uid())).gid(orElse(wanted.gid(), row.gid()));
      if (!row.isDirectory()) {
        // Linux does so for root too: chown(2), under mode bits.
        changed.permissions(withoutPrivileges(row.mode()));
      }
    }
    Integer permissions = wanted.permissions();
    if (permissions != null) {
      changed.permissions(permissions);
    }
    return changed
        .accessNanos(orElse(wanted.accessNanos(), row.accessNanos()))
        .modifyNanos(orElse(wanted.modifyNanos(), row.modifyNanos()))
        .birthNanos(orElse(wanted.birthNanos(), row.birthNanos()))
        .build();
  }

  private static boolean changesOwner(AttributeChange wanted) {
    return wanted.uid() != null || wanted.gid() != null;
  }

  /** setgid without group execution meant mandatory locking and stays. */
  private static int withoutPrivileges(int mode) {
    int cleared = mode & ~SETUID;
    return (mode & GROUP_EXECUTE) == 0 ? cleared : cleared & ~SETGID;
  }

  private static void deleteCapabilities(Change change, InodeNumber number) throws IOException {
    if (change.get(RowKey.xattr(number, CAPABILITIES)) != null) {
      change.delete(RowKey.xattr(number, CAPABILITIES));
    }
  }

  private static int orElse(@Nullable Integer value, int other) {
    return value == null ? other : value;
  }

  private static long orElse(@Nullable Long value, long other) {
    return value == null ? other : value;
  }
}
