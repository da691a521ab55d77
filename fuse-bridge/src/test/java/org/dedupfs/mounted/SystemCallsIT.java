package org.dedupfs.mounted;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dedupfs.fixtures.Prerequisites;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What POSIX and the man pages say of system calls, case by case, on a mounted store. */
final class SystemCallsIT {
  private static final String FAILED = "failed ";

  @TempDir Path directory;

  @TestFactory
  Stream<DynamicTest> names() throws Exception {
    return cases("names.py");
  }

  @TestFactory
  Stream<DynamicTest> attributes() throws Exception {
    return cases("attributes.py");
  }

  @TestFactory
  Stream<DynamicTest> contents() throws Exception {
    return cases("contents.py");
  }

  @TestFactory
  Stream<DynamicTest> contents_in_small_chunks_of_any_size() throws Exception {
    return cases("contents.py", "chunking=cdc:4k");
  }

  @TestFactory
  Stream<DynamicTest> contents_in_chunks_of_one_size() throws Exception {
    return cases("contents.py", "chunking=fixed:128k", "compression=none");
  }

  /** Does all cases of a script, then tells of each. */
  private Stream<DynamicTest> cases(String script, String... storeOptions) throws Exception {
    Path store = directory.resolve("store");
    Scripts.Outcome outcome;
    try (MountedStore mounted = MountedStore.mount(store, directory.resolve("mnt"), storeOptions)) {
      outcome = Scripts.run(directory.resolve("output"), Map.of(), script, mounted.root());
      mounted.end();
    }
    List<DynamicTest> told = new ArrayList<>();
    List<String> lines = outcome.output().lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      int next = i + 1;
      while (next < lines.size() && !lines.get(next).matches("(ok|root|failed) .*")) {
        next++;
      }
      String trace = String.join("\n", lines.subList(i, next));
      if (line.startsWith("ok ")) {
        told.add(DynamicTest.dynamicTest(line.substring(3), () -> {}));
      } else if (line.startsWith("root ")) {
        told.add(
            DynamicTest.dynamicTest(
                line.substring(5),
                () -> {
                  throw Prerequisites.notAllowed("what this case does");
                }));
      } else if (line.startsWith(FAILED)) {
        String name = line.substring(FAILED.length()).split(":", 2)[0];
        told.add(
            DynamicTest.dynamicTest(
                name,
                () -> {
                  throw new AssertionError(trace);
                }));
      }
    }
    told.add(DynamicTest.dynamicTest("all together", outcome::succeeds));
    assertThat(told).as(outcome.output()).hasSizeGreaterThan(10);
    return told.stream();
  }
}
