package org.dedupfs.bridge.jnr;

import static org.assertj.core.api.Assertions.assertThat;

import jnr.ffi.Runtime;
import org.dedupfs.bridge.jnr.StructLayouts.Stat;
import org.dedupfs.bridge.jnr.StructLayouts.StatVfs;
import org.junit.jupiter.api.Test;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/** What jnr-fuse says, against what the C compiler says on the architectures we know. */
final class StructLayoutsTest {
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

  @Test
  void fuse_operations_is_that_of_libfuse_2_9() {
    assertThat(StructLayouts.operationsBytes()).isEqualTo(45 * Long.BYTES);
    assertThat(StructLayouts.OPERATIONS.getattr.offset()).isZero();
    assertThat(StructLayouts.OPERATIONS.read.offset()).isEqualTo(15 * Long.BYTES);
    assertThat(StructLayouts.OPERATIONS.bmap.offset())
        .isEqualTo(StructLayouts.OPERATIONS_FLAGS - Long.BYTES);
    assertThat(StructLayouts.OPERATIONS.ioctl.offset())
        .isEqualTo(StructLayouts.OPERATIONS_FLAGS + Long.BYTES);
    assertThat(StructLayouts.OPERATIONS.fallocate.offset())
        .isEqualTo(StructLayouts.operationsBytes() - Long.BYTES);
  }

  @Test
  void fuse_file_info_lies_as_jnr_fuse_has_it() {
    FuseFileInfo info = FuseFileInfo.of(Runtime.getSystemRuntime().getMemoryManager().allocate(64));
    assertThat(info.flags.offset()).isEqualTo(StructLayouts.INFO_FLAGS);
    assertThat(info.fh.offset()).isEqualTo(StructLayouts.INFO_FH);
  }

  @Test
  void stat_is_that_of_the_architecture() {
    assertThat(Stat.INO).isEqualTo(8);
    assertThat(Stat.MODE).isEqualTo(ARM ? 16 : 24);
    assertThat(Stat.NLINK).isEqualTo(ARM ? 20 : 16);
    assertThat(Stat.NLINK_IS_LONG).isEqualTo(!ARM);
    assertThat(Stat.UID).isEqualTo(ARM ? 24 : 28);
    assertThat(Stat.GID).isEqualTo(ARM ? 28 : 32);
    assertThat(Stat.RDEV).isEqualTo(ARM ? 32 : 40);
    assertThat(Stat.SIZE).isEqualTo(48);
    assertThat(Stat.BLKSIZE).isEqualTo(56);
    assertThat(Stat.BLOCKS).isEqualTo(64);
    assertThat(Stat.ATIME).isEqualTo(72);
    assertThat(Stat.MTIME).isEqualTo(88);
    assertThat(Stat.CTIME).isEqualTo(104);
    assertThat(Stat.BYTES).isGreaterThanOrEqualTo(ARM ? 128 : 144);
  }

  @Test
  void statvfs_is_that_of_64_bit_linux() {
    assertThat(StatVfs.BSIZE).isZero();
    assertThat(StatVfs.FRSIZE).isEqualTo(8);
    assertThat(StatVfs.BLOCKS).isEqualTo(16);
    assertThat(StatVfs.BFREE).isEqualTo(24);
    assertThat(StatVfs.BAVAIL).isEqualTo(32);
    assertThat(StatVfs.FILES).isEqualTo(40);
    assertThat(StatVfs.FFREE).isEqualTo(48);
    assertThat(StatVfs.FAVAIL).isEqualTo(56);
    assertThat(StatVfs.NAMEMAX).isEqualTo(80);
  }
}
