package org.dedupfs.nio;

import java.nio.file.attribute.FileAttribute;

/**
 * Makes what {@code Files.createTempFile} and {@code createTempDirectory} make private to their
 * owner, as on the default file system: on others those methods ask for no permissions, and a
 * program that relies on them would show its files to everybody.
 */
final class TemporaryFiles {
  /** The class of the JDK that chooses their names; there is nothing else to know them by. */
  private static final String MAKER = "java.nio.file.TempFileHelper";

  /** It stands a few calls above the provider. */
  private static final int MOST_FRAMES = 16;

  /** Of the random number in a name; one with fewer digits is not seen in a lifetime. */
  private static final int LEAST_DIGITS = 9;

  private TemporaryFiles() {}

  /** Whether what is created has to be private though nobody says so. */
  static boolean arePrivate(DedupPath path, FileAttribute<?>... attributes) {
    for (FileAttribute<?> attribute : attributes) {
      if (attribute.name().equals("posix:permissions") || attribute.name().equals("unix:mode")) {
        return false;
      }
    }
    return mayBeTemporary(path.bytes())
        && StackWalker.getInstance()
            .walk(
                frames ->
                    frames
                        .limit(MOST_FRAMES)
                        .anyMatch(frame -> frame.getClassName().equals(MAKER)));
  }

  /** Saves all others the look at who calls. */
  private static boolean mayBeTemporary(byte[] path) {
    int digits = 0;
    for (int i = path.length - 1; i >= 0 && path[i] != '/' && digits < LEAST_DIGITS; i--) {
      digits = path[i] >= '0' && path[i] <= '9' ? digits + 1 : 0;
    }
    return digits == LEAST_DIGITS;
  }
}
