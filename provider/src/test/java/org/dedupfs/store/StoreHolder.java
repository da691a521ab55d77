package org.dedupfs.store;

import java.io.IOException;
import java.nio.file.Path;

/** A process that opens a store, says so, reads a file and waits to be killed. */
final class StoreHolder {
  private StoreHolder() {}

  public static void main(String[] arguments) throws IOException {
    boolean readOnly = arguments[1].equals("read");
    try (Store store =
        Store.open(Path.of(arguments[0]), StoreFixture.options().readOnly(readOnly).build())) {
      System.out.println("open");
      System.out.println("read " + StoreFixture.read(store.tree(), "/f").length);
      int unused = System.in.read();
    } catch (IOException e) {
      System.out.println("failed " + e);
    }
  }
}
