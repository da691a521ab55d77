package org.dedupfs.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.mount.FuseAvailability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example in a process of its own, which must not be the one that looks into the mount. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class MountedStoreIT {
  @TempDir Path directory;

  @Test
  void others_use_the_mount_and_the_program_has_the_store_until_it_is_unmounted() throws Exception {
    FuseAvailability.check();
    Path place = Files.createDirectory(directory.toRealPath().resolve("mnt"));
    Path store = directory.resolve("store");
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
    line.addAll(List.of(MountedStore.class.getName(), store.toString(), place.toString()));
    Process server = new ProcessBuilder(line).redirectErrorStream(true).start();
    try (BufferedReader output = server.inputReader()) {
      String first = output.readLine();
      while (first != null && !first.startsWith("mounted at " + place)) {
        first = output.readLine();
      }
      assertThat(first).isNotNull();
      try {
        Files.writeString(place.resolve("file"), "through the kernel");
        assertThat(place.resolve("file")).hasContent("through the kernel");
      } finally {
        assertThat(new ProcessBuilder("fusermount3", "-u", place.toString()).start().waitFor())
            .isZero();
      }
      assertThat(output.lines()).containsExactly("/", "/file");
      assertThat(server.waitFor()).isZero();
    } finally {
      server.destroyForcibly();
    }
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      assertThat(Files.readString(open.getPath("/file"))).isEqualTo("through the kernel");
    }
  }
}
