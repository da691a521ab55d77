package org.dedupfs.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image with a Java of its own ({@code -Pimage}), where there is no other. */
final class ImageIT {
  @TempDir Path directory;

  @Test
  void it_stores_mounts_and_records_with_the_java_that_is_in_it() throws Exception {
    Path program = Built.image().resolve("bin/dedupfs");
    Map<String, String> environment =
        Map.of("HOME", directory.toString(), "JAVA_HOME", "/no/such/java");
    Path tree = Files.createDirectory(directory.resolve("tree"));
    Files.writeString(tree.resolve("text"), "to be or not to be\n".repeat(50_000));
    Outcome demo = Outcome.of(environment, program, "demo", tree);
    assertThat(demo.endsQuietly().out()).contains("through the mount: both copies are equal");

    Path store = directory.resolve("store");
    Path recording = directory.resolve("recording.jfr");
    Outcome.of(environment, program, "create", store).endsQuietly();
    Outcome.of(environment, program, "import", "--profile=" + recording, store, tree).ends(0);
    assertThat(recording).isNotEmptyFile();
    Outcome.of(environment, program, "export", store, "/tree", directory.resolve("copy"))
        .endsQuietly();
    Outcome.of(Map.of(), "diff", "-r", tree, directory.resolve("copy")).endsQuietly();
    Outcome.of(environment, program, "benchmark", "--list").endsQuietly();
  }
}
