package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.dedupfs.disk.HostSpace;

/** Finds out whether files in a directory can be written past the page cache. */
final class DirectIo {
  private DirectIo() {}

  /** Tries it; a file system that cannot (tmpfs, some network ones) is told by an error. */
  static boolean works(Path directory) {
    Path probe = directory.resolve("direct-io-probe.tmp");
    try {
      long block = HostSpace.of(directory).blockBytes();
      int alignment = (int) Math.max(4_096, block);
      ByteBuffer page = ByteBuffer.allocateDirect(2 * alignment).alignedSlice(alignment);
      page.limit(alignment);
      try (FileChannel channel =
          FileChannel.open(
              probe,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE,
              direct())) {
        return channel.write(page) == alignment;
      }
    } catch (ClassNotFoundException e) {
      return false; // a Java without it
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * Exported by jdk.unsupported, but javac of JDK 25 warns of it in code for 17, and that warning
   * cannot be suppressed: so by name.
   */
  private static OpenOption direct() throws ClassNotFoundException {
    for (Object option : Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
      if (option.toString().equals("DIRECT")) {
        return (OpenOption) option;
      }
    }
    throw new ClassNotFoundException("com.sun.nio.file.ExtendedOpenOption.DIRECT");
  }
}
