package org.dedupfs.bridge;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A request as the kernel might make it. */
record FakeRequest(
    int opcode,
    long nodeId,
    int uid,
    int gid,
    int pid,
    boolean killsPrivileges,
    byte @Nullable [] newName)
    implements Request {
  static final int LOOKUP = 1;
  static final int GETATTR = 3;
  static final int MKNOD = 8;
  static final int MKDIR = 9;
  static final int OPEN = 14;
  static final int READ = 15;
  static final int FSYNC = 20;
  static final int SETXATTR = 21;
  static final int FLUSH = 25;
  static final int CREATE = 35;
  static final int UID = 4711;
  static final int GID = 4712;

  static FakeRequest of(int opcode, long nodeId) {
    return new FakeRequest(opcode, nodeId, UID, GID, 1, false, null);
  }

  /** As root. */
  static FakeRequest byRoot(int opcode, long nodeId) {
    return new FakeRequest(opcode, nodeId, 0, 0, 1, false, null);
  }

  static FakeRequest renameTo(String newName) {
    return new FakeRequest(
        RENAME2, 1, UID, GID, 1, false, newName.getBytes(StandardCharsets.UTF_8));
  }

  /** As the kernel says that the file loses its privileges. */
  static FakeRequest killingPrivileges(int opcode, long nodeId) {
    return new FakeRequest(opcode, nodeId, UID, GID, 1, true, null);
  }
}
