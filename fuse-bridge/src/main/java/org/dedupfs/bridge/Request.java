package org.dedupfs.bridge;

import org.jspecify.annotations.Nullable;

/** The request of the kernel on behalf of which an operation runs; valid during the call only. */
public interface Request {
  /** UNLINK of the FUSE protocol. */
  int UNLINK = 10;

  /** RENAME of the FUSE protocol. */
  int RENAME = 12;

  /** RELEASE of the FUSE protocol. */
  int RELEASE = 18;

  /** RENAME2 of the FUSE protocol. */
  int RENAME2 = 45;

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

  /** In a RENAME or RENAME2 request the last name of the target; else null. */
  byte @Nullable [] newName();
}
