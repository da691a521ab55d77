package org.dedupfs.nio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Owner, group and umask of this process, which new files get unless told otherwise.
 *
 * @param umask 9 bits
 */
record ProcessDefaults(int uid, int gid, int umask) {
  private static final int USUAL_UMASK = 022;

  /** As {@code /proc} tells; root and 022 where there is none. */
  static ProcessDefaults read() {
    Path self = Path.of("/proc/self");
    try {
      return new ProcessDefaults(
          (Integer) Files.getAttribute(self, "unix:uid"),
          (Integer) Files.getAttribute(self, "unix:gid"),
          readUmask(self.resolve("status")));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return new ProcessDefaults(0, 0, USUAL_UMASK);
    }
  }

  private static int readUmask(Path status) throws IOException {
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("Umask:")) {
        return Integer.parseInt(line.substring("Umask:".length()).trim(), 8) & 0777;
      }
    }
    return USUAL_UMASK;
  }
}
