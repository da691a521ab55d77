package org.dedupfs.bridge.jnr;

import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseOperations;
import ru.serce.jnrfuse.struct.Statvfs;

/**
 * Where fields lie in the structures of libfuse 2.9 and the C library, in bytes: as jnr-fuse knows
 * them for this architecture and, where it has no name for them, as they are on 64-bit Linux.
 */
final class StructLayouts {
  /** Of {@code struct fuse_operations}, whose fields have offsets of their own. */
  static final FuseOperations OPERATIONS = new FuseOperations(Runtime.getSystemRuntime());

  /** After 38 pointers. */
  static final int OPERATIONS_FLAGS = 304;

  static final int FLAG_NULLPATH_OK = 1;
  static final int FLAG_NOPATH = 2;
  static final int FLAG_UTIME_OMIT_OK = 4;

  // struct fuse_file_info
  static final int INFO_FLAGS = 0;
  static final int INFO_WRITEPAGE = 16;
  static final int INFO_BITS = 20;
  static final int INFO_FH = 24;
  static final int INFO_BIT_DIRECT_IO = 1;

  // struct fuse_buf
  static final int BUF_SIZE = 0;
  static final int BUF_FLAGS = 8;
  static final int BUF_MEM = 16;
  static final int BUF_FD = 24;
  static final int BUF_BYTES = 40;

  // struct fuse_in_header, and what follows it in the requests that are looked into
  static final int IN_OPCODE = 4;
  static final int IN_NODE_ID = 16;
  static final int IN_UID = 24;
  static final int IN_GID = 28;
  static final int IN_PID = 32;
  static final int IN_BYTES = 40;
  static final int INIT_FLAGS = IN_BYTES + 12;
  static final int WRITE_FLAGS = IN_BYTES + 20;
  static final int WRITE_KILL_PRIVILEGES = 1 << 2;
  static final int SETATTR_VALID = IN_BYTES;
  static final int SETATTR_UID = IN_BYTES + 76;
  static final int SETATTR_KILL_PRIVILEGES = 1 << 11;
  static final int RENAME_NAMES = IN_BYTES + 8;
  static final int RENAME2_NAMES = IN_BYTES + 16;

  // struct fuse_setattr_in, what may be in valid and is set
  static final int VALID_UID = 1 << 1;
  static final int VALID_ANY =
      (1 << 0 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8);

  // struct fuse_out_header, and struct fuse_init_out behind it
  static final int OUT_ERROR = 4;
  static final int OUT_BYTES = 16;
  static final int INIT_OUT_FLAGS = OUT_BYTES + 12;
  static final int INIT_OUT_BYTES = OUT_BYTES + 24;

  /** FUSE_HANDLE_KILLPRIV_V2, since protocol 7.33 and Linux 5.12. */
  static final int INIT_HANDLES_PRIVILEGES = 1 << 28;

  // struct timespec
  static final int TIME_SECONDS = 0;
  static final int TIME_NANOS = 8;
  static final int TIME_BYTES = 16;

  private StructLayouts() {}

  static int operationsBytes() {
    return Struct.size(OPERATIONS);
  }

  /** {@code struct stat}. */
  static final class Stat {
    private static final FileStat STAT = new FileStat(Runtime.getSystemRuntime());

    static final int BYTES = Struct.size(STAT);
    static final long INO = STAT.st_ino.offset();
    static final long MODE = STAT.st_mode.offset();
    static final long NLINK = STAT.st_nlink.offset();
    // 8 bytes on x86-64, 4 on aarch64
    static final boolean NLINK_IS_LONG = MODE - NLINK == Long.BYTES;
    static final long UID = STAT.st_uid.offset();
    static final long GID = STAT.st_gid.offset();
    static final long RDEV = STAT.st_rdev.offset();
    static final long SIZE = STAT.st_size.offset();
    static final long BLKSIZE = STAT.st_blksize.offset();
    static final long BLOCKS = STAT.st_blocks.offset();
    static final long ATIME = STAT.st_atim.tv_sec.offset();
    static final long MTIME = STAT.st_mtim.tv_sec.offset();
    static final long CTIME = STAT.st_ctim.tv_sec.offset();

    private Stat() {}
  }

  /** {@code struct statvfs}. */
  static final class StatVfs {
    private static final Statvfs STATVFS = new Statvfs(Runtime.getSystemRuntime());

    static final long BSIZE = STATVFS.f_bsize.offset();
    static final long FRSIZE = STATVFS.f_frsize.offset();
    static final long BLOCKS = STATVFS.f_blocks.offset();
    static final long BFREE = STATVFS.f_bfree.offset();
    static final long BAVAIL = STATVFS.f_bavail.offset();
    static final long FILES = STATVFS.f_files.offset();
    static final long FFREE = STATVFS.f_ffree.offset();
    static final long FAVAIL = STATVFS.f_favail.offset();
    static final long NAMEMAX = STATVFS.f_namemax.offset();

    private StatVfs() {}
  }
}
