package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Pure operations on paths give what those of the JDK's Unix provider give. */
class PathDifferentialTest {
  private static final String[] NAMES = {".", "..", "a", "b", "ab", ".a", "..b", "...", "a.b", "c"};
  private static final int ROUNDS = 5_000;

  private final FileSystem theirs = FileSystems.getDefault();
  private final FileSystem ours = Unopened.fileSystem();

  private static String randomPath(Random random) {
    StringBuilder path = new StringBuilder(random.nextInt(3) == 0 ? "/" : "");
    int names = random.nextInt(5);
    for (int i = 0; i < names; i++) {
      path.append(NAMES[random.nextInt(NAMES.length)]);
      path.append("/".repeat(i < names - 1 ? 1 + random.nextInt(8) / 7 : random.nextInt(5) / 4));
    }
    return path.toString();
  }

  private static String outcome(Supplier<?> operation) {
    try {
      return String.valueOf(operation.get());
    } catch (RuntimeException e) {
      return e.getClass().getName();
    }
  }

  private static List<String> alone(Path path) {
    List<String> outcomes = new ArrayList<>();
    outcomes.add(outcome(path::toString));
    outcomes.add(outcome(path::isAbsolute));
    outcomes.add(outcome(path::getRoot));
    outcomes.add(outcome(path::getFileName));
    outcomes.add(outcome(path::getParent));
    outcomes.add(outcome(path::getNameCount));
    outcomes.add(outcome(path::normalize));
    for (int i = -1; i <= path.getNameCount(); i++) {
      int from = i;
      outcomes.add(outcome(() -> path.getName(from)));
      for (int j = -1; j <= path.getNameCount() + 1; j++) {
        int to = j;
        outcomes.add(outcome(() -> path.subpath(from, to)));
      }
    }
    path.forEach(name -> outcomes.add(name.toString()));
    return outcomes;
  }

  private static List<String> together(Path path, Path other) {
    List<String> outcomes = new ArrayList<>();
    outcomes.add("startsWith " + outcome(() -> path.startsWith(other)));
    outcomes.add("startsWith text " + outcome(() -> path.startsWith(other.toString())));
    outcomes.add("endsWith " + outcome(() -> path.endsWith(other)));
    outcomes.add("endsWith text " + outcome(() -> path.endsWith(other.toString())));
    outcomes.add("resolve " + outcome(() -> path.resolve(other)));
    outcomes.add("resolve text " + outcome(() -> path.resolve(other.toString())));
    outcomes.add("resolveSibling " + outcome(() -> path.resolveSibling(other)));
    outcomes.add("relativize " + outcome(() -> path.relativize(other)));
    outcomes.add("compareTo " + Integer.signum(path.compareTo(other)));
    outcomes.add("equals " + path.equals(other));
    return outcomes;
  }

  @Test
  void all_operations_agree_with_those_of_unix_paths() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("PathDifferentialTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      String first = randomPath(random);
      String second =
          random.nextInt(4) == 0 ? first + "/" + randomPath(random) : randomPath(random);
      String where = "'" + first + "' and '" + second + "', -Dseed=" + seed;
      assertThat(alone(ours.getPath(first))).as(where).isEqualTo(alone(theirs.getPath(first)));
      assertThat(together(ours.getPath(first), ours.getPath(second)))
          .as(where)
          .isEqualTo(together(theirs.getPath(first), theirs.getPath(second)));
      assertThat(ours.getPath(first, second, "", "x").toString())
          .as(where)
          .isEqualTo(theirs.getPath(first, second, "", "x").toString());
      if (ours.getPath(first).equals(ours.getPath(second))) {
        assertThat(ours.getPath(first)).hasSameHashCodeAs(ours.getPath(second));
      }
    }
  }

  @Test
  void nothing_and_null_are_treated_alike() {
    for (String first : new String[] {"", "/", "a"}) {
      assertThat(outcome(() -> ours.getPath(first).resolve((Path) null)))
          .isEqualTo(outcome(() -> theirs.getPath(first).resolve((Path) null)));
      assertThat(outcome(() -> ours.getPath(first).startsWith((Path) null)))
          .isEqualTo(outcome(() -> theirs.getPath(first).startsWith((Path) null)));
      assertThat(outcome(() -> ours.getPath(first).relativize(null)))
          .isEqualTo(outcome(() -> theirs.getPath(first).relativize(null)));
      assertThat(ours.getPath(first).equals(null)).isFalse();
    }
    assertThat(outcome(() -> ours.getPath(null))).isEqualTo(outcome(() -> theirs.getPath(null)));
    assertThat(outcome(() -> ours.getPath("a\0b")))
        .isEqualTo(outcome(() -> theirs.getPath("a\0b")));
  }
}
