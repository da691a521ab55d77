package org.dedupfs.bridge.jnr;

import java.nio.file.Path;
import java.util.Arrays;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Runtime;
import org.dedupfs.host.HostPath;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A mount of a file system in memory for the tests of a class, and the C library to call. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class MountFixture {
  static final PosixCalls POSIX =
      LibraryLoader.create(PosixCalls.class).option(LibraryOption.SaveError, true).load("c");

  // Named so because a mount that cannot be undone must not be walked through.
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path temp;

  MountChild child;

  @BeforeAll
  void mount() throws Exception {
    child = MountChild.mount(temp.resolve("m"), "fsname=a,b\\c", "subtype=test");
  }

  @AfterAll
  void unmount() throws Exception {
    child.close();
  }

  static int errno() {
    return LastError.getLastError(Runtime.getRuntime(POSIX));
  }

  static byte[] c(Path path) {
    return c(HostPath.toBytes(path));
  }

  static byte[] c(byte[] text) {
    return Arrays.copyOf(text, text.length + 1);
  }
}
