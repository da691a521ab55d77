package org.dedupfs.control;

import java.io.IOException;
import java.nio.file.Path;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;

/** A process that has a store open and answers, until told to end, or its input does. */
public final class StoreHolder {
  private StoreHolder() {}

  /** Takes the directory of the store, and whether to open it for reading only. */
  public static void main(String... arguments) throws IOException {
    DedupOptions options =
        DedupOptions.builder().readOnly(Boolean.parseBoolean(arguments[1])).build();
    try (DedupFileSystem store = DedupFileSystems.open(Path.of(arguments[0]), options);
        ControlServer server = ControlServer.start(store)) {
      System.out.println("ready");
      int read = System.in.read();
      while (read >= 0 && read != 'e') {
        if (read == '?') {
          System.out.println(server.connections());
        }
        read = System.in.read();
      }
    }
  }
}
