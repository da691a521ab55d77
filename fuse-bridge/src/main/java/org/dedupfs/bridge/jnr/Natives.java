package org.dedupfs.bridge.jnr;

import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Runtime;

/** The native libraries, loaded when the first file system is mounted. */
record Natives(LibFuse fuse, SystemCalls system) {
  /** What brings libfuse and fusermount. */
  static final String INSTALL =
      "apt-get install libfuse2 fuse3 (since Debian 13 and Ubuntu 24.04: libfuse2t64 fuse3)";

  // Whoever dlopens an unversioned libfuse.so may get version 3.
  private static final String LIBFUSE = "libfuse.so.2";

  static Natives load() throws MountException {
    return load(LIBFUSE);
  }

  static Natives load(String library) throws MountException {
    if (!System.getProperty("os.name").equals("Linux")) {
      throw new MountException("mounting needs Linux", false, null);
    }
    try {
      LibFuse fuse =
          LibraryLoader.create(LibFuse.class)
              .option(LibraryOption.IgnoreError, true)
              .failImmediately()
              .load(library);
      SystemCalls system =
          LibraryLoader.create(SystemCalls.class)
              .option(LibraryOption.SaveError, true)
              .failImmediately()
              .load("c");
      return new Natives(fuse, system);
    } catch (LinkageError e) {
      throw new MountException(
          "mounting needs libfuse 2.9, which could not be loaded; run: " + INSTALL, false, e);
    }
  }

  /** Of the last call of {@link #system} on this thread. */
  int errno() {
    return LastError.getLastError(Runtime.getRuntime(system));
  }
}
