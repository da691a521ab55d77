package org.dedupfs.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a thread of another process may do, as the host tells; see capabilities(7). */
public final class CallerCapabilities {
  private static final String EFFECTIVE = "CapEff:";
  private static final int FSETID = 4;

  /** In others a process may have all capabilities, of which none counts for files. */
  private static final String INITIAL_USER_NAMESPACE = "user:[4026531837]";

  private CallerCapabilities() {}

  /**
   * Whether setuid, setgid and file capabilities stay where this thread changes bytes: with
   * CAP_FSETID. Of a thread that cannot be looked at, or is none, its user decides.
   *
   * @param thread as in gettid(2); 0 for none
   * @param uid its user, unsigned 32 bits
   */
  public static boolean keepsPrivileges(int thread, int uid) {
    Path process = Path.of("/proc", Integer.toUnsignedString(thread));
    try {
      return (effective(process) >> FSETID & 1) != 0
          && Files.readSymbolicLink(process.resolve("ns").resolve("user"))
              .toString()
              .equals(INITIAL_USER_NAMESPACE);
    } catch (IOException | NumberFormatException e) {
      return uid == 0;
    }
  }

  private static long effective(Path process) throws IOException {
    for (String line : Files.readAllLines(process.resolve("status"))) {
      if (line.startsWith(EFFECTIVE)) {
        return Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).strip(), 16);
      }
    }
    throw new IOException(process + " does not tell its capabilities");
  }
}
