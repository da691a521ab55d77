package org.dedupfs.mounted;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.dedupfs.fixtures.Seeds;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random system calls on a mounted store and on a file system of the kernel's own, tmpfs where it
 * is at hand: results, error numbers and what is there in the end agree. {@code -Doperations=N},
 * {@code -Dseed=N}.
 */
final class KernelDifferenceIT {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"cdc:64k", "cdc:4k", "fixed:128k"})
  void a_mounted_store_does_what_the_kernel_does(String chunking) throws Exception {
    long seed = Seeds.next("KernelDifferenceIT");
    int operations = Integer.getInteger("operations", 4_000);
    Path memory = Path.of("/dev/shm");
    Path reference =
        Files.createTempDirectory(Files.isWritable(memory) ? memory : directory, "reference");
    try (MountedStore mounted =
        MountedStore.mount(
            directory.resolve("store"), directory.resolve("mnt"), "chunking=" + chunking)) {
      Scripts.run(
              directory.resolve("output"),
              Map.of(),
              "differential.py",
              seed,
              operations,
              mounted.root(),
              reference)
          .succeeds();
      mounted.end();
    } finally {
      new ProcessBuilder("rm", "-rf", reference.toString()).start().waitFor();
    }
  }
}
