package org.dedupfs.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.mount.DedupMount;

/**
 * Mounts a store and goes on using it: {@code MountedStore STORE MOUNTPOINT}. Other programs work
 * in MOUNTPOINT, this one lists what they made until somebody unmounts it. (It must not use
 * MOUNTPOINT itself: it would wait for its own answer.)
 */
public final class MountedStore {
  private MountedStore() {}

  public static void main(String... arguments) throws IOException, InterruptedException {
    try (DedupFileSystem store = DedupFileSystems.create(Path.of(arguments[0]));
        DedupMount mount = DedupMount.mount(store, Path.of(arguments[1]))) {
      System.out.println("mounted at " + mount.mountPoint() + "; end it by umount");
      mount.awaitEnd();
      try (Stream<Path> files = Files.walk(store.getPath("/"))) {
        files.forEach(System.out::println);
      }
    }
  }
}
