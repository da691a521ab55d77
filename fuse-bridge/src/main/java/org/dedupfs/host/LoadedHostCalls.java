package org.dedupfs.host;

/** Loads the C library once, when it is first needed: that takes a tenth of a second. */
final class LoadedHostCalls {
  static final HostCalls CALLS = load();

  private LoadedHostCalls() {}

  private static HostCalls load() {
    if (Boolean.getBoolean("dedupfs.host.java")) {
      return new JavaHostCalls("-Ddedupfs.host.java=true asks to do without native calls");
    }
    try {
      int noFollow = NativeHostCalls.noFollow(System.getProperty("os.arch"));
      return new NativeHostCalls(NativeHostCalls.loadLibrary(), noFollow);
    } catch (LinkageError | RuntimeException e) {
      return new JavaHostCalls("native calls are not available: " + e);
    }
  }
}
