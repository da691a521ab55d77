package org.dedupfs.control;

import org.jspecify.annotations.Nullable;

/**
 * What a client can ask for; on the wire its number, so new ones go to the end. All are about paths
 * in the store, or handles of the connection: no request names a file of the host.
 */
enum Operation {
  HELLO,
  PING,
  STATISTICS,
  SYNC,
  START_SWEEP,
  READ_ONLY,
  ACCOUNT,
  SPACE,
  ATTRIBUTES,
  READ_NAMED,
  SET_NAMED(true),
  SET_TIMES(true),
  SET_MODE(true),
  SET_IDS(true),
  SET_PERMISSIONS(true),
  XATTR_LIST,
  XATTR_READ,
  XATTR_WRITE(true),
  XATTR_DELETE(true),
  CHECK_ACCESS,
  SAME_FILE,
  REAL_PATH,
  READ_LINK,
  CREATE_DIRECTORY(true),
  CREATE_SYMLINK(true),
  CREATE_LINK(true),
  DELETE(true),
  COPY(true),
  MOVE(true),
  OPEN_FILE,
  READ,
  READ_AT,
  WRITE(true),
  WRITE_AT(true),
  POSITION,
  SET_POSITION,
  SIZE,
  TRUNCATE(true),
  SET_LENGTH(true),
  ALLOCATE(true),
  ZERO_RANGE(true),
  PUNCH_HOLE(true),
  NEXT_DATA,
  NEXT_HOLE,
  FORCE,
  OPEN_STREAM,
  NEXT_NAMES,
  OPEN_CURSOR,
  CURSOR_ENTRIES,
  CURSOR_ENTRY_ATTRIBUTES,
  CURSOR_ATTRIBUTES,
  CLOSE,
  HOST_DIRECTORIES,
  CREATE_BYTE_SYMLINK(true),
  READ_BYTE_LINK,
  START_CHECK,
  START_SCRUB,
  NEXT_FINDINGS,
  ACTIVITY;

  /** First number of a greeting: "DeFS". */
  static final int MAGIC = 0x44654653;

  /** Of the protocol, with the figures of stores; both ends must have the same. */
  static final int VERSION = 5;

  private static final Operation[] ALL = values();

  private final boolean changing;

  Operation() {
    this(false);
  }

  Operation(boolean changing) {
    this.changing = changing;
  }

  /** Whether it may change the store, so that a sync has something to do. */
  boolean isChanging() {
    return changing;
  }

  static @Nullable Operation of(int number) {
    return number < ALL.length ? ALL[number] : null;
  }
}
