package org.dedupfs.bridge;

import org.jspecify.annotations.Nullable;

/** The request of the kernel on behalf of which an operation runs; valid during the call only. */
public interface Request {
  /** SETATTR of the FUSE protocol. */
  int SETATTR = 4;

  /** UNLINK of the FUSE protocol. */
  int UNLINK = 10;

  /** RENAME of the FUSE protocol. */
  int RENAME = 12;

  /** WRITE of the FUSE protocol. */
  int WRITE = 16;

  /** RELEASE of the FUSE protocol. */
  int RELEASE = 18;

  /** FALLOCATE of the FUSE protocol. */
  int FALLOCATE = 43;

  /** RENAME2 of the FUSE protocol. */
  int RENAME2 = 45;

  /** INIT of the FUSE protocol. */
  int INIT = 26;

  /** What the kernel asked: one request can lead to several operations. */
  int opcode();

  /** The kernel's number of the file (of the parent directory in requests about a name). */
  long nodeId();

  /** User of the caller, unsigned 32 bits. */
  int uid();

  /** Group of the caller, unsigned 32 bits. */
  int gid();

  /** The thread of the caller (in C, gettid), 0 for the kernel itself. */
  int pid();

  /**
   * Whether what is written or cut takes setuid, setgid and file capabilities from the file, as for
   * all but those with CAP_FSETID.
   */
  boolean killsPrivileges();

  /** In a RENAME or RENAME2 request the last name of the target; else null. */
  byte @Nullable [] newName();
}
