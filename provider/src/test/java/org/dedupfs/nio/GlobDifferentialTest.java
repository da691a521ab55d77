package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns match what they match with the JDK's Unix provider. */
class GlobDifferentialTest {
  private static final int PATTERNS = 3_000;
  private static final int PATHS_PER_PATTERN = 20;
  private static final String PATTERN_CHARACTERS = "aab./*?[]{},-!^\\+()|$&";
  private static final List<String> PARTS =
      List.of("a", "b", "*", "**", "?", "[ab]", "[!a]", "{a,b*}", "{*a,,b}", "{**,?}", "/");
  private static final String PATH_CHARACTERS = "aab./-!^[]{},\\&+(";

  private final FileSystem theirs = FileSystems.getDefault();
  private final FileSystem ours = Unopened.fileSystem();

  private static String random(Random random, String characters, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(characters.charAt(random.nextInt(characters.length())));
    }
    return text.toString();
  }

  private static Object matcher(FileSystem fileSystem, String pattern) {
    try {
      return fileSystem.getPathMatcher(pattern);
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      return e.getClass();
    }
  }

  @Test
  void random_globs_agree_with_those_of_unix() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("GlobDifferentialTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < PATTERNS; round++) {
      String pattern = "glob:" + random(random, PATTERN_CHARACTERS, 1 + random.nextInt(8));
      Object our = matcher(ours, pattern);
      Object their = matcher(theirs, pattern);
      String where = pattern + ", -Dseed=" + seed;
      if (!(their instanceof PathMatcher theirMatcher)) {
        assertThat(our).as(where).isEqualTo(their);
        continue;
      }
      assertThat(our).as(where).isInstanceOf(PathMatcher.class);
      for (int i = 0; i < PATHS_PER_PATTERN; i++) {
        String path = random(random, PATH_CHARACTERS, random.nextInt(5));
        assertThat(((PathMatcher) our).matches(ours.getPath(path)))
            .as("%s on '%s'", where, path)
            .isEqualTo(theirMatcher.matches(theirs.getPath(path)));
      }
    }
  }

  /** Few characters, so that long globs match now and then, by stars and groups. */
  @Test
  void random_globs_of_stars_and_groups_agree_with_those_of_unix() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("GlobDifferentialTest seed " + seed);
    Random random = new Random(seed);
    int matched = 0;
    for (int round = 0; round < PATTERNS; round++) {
      StringBuilder pattern = new StringBuilder("glob:");
      for (int i = 1 + random.nextInt(6); i > 0; i--) {
        pattern.append(PARTS.get(random.nextInt(PARTS.size())));
      }
      PathMatcher their = theirs.getPathMatcher(pattern.toString());
      PathMatcher our = ours.getPathMatcher(pattern.toString());
      for (int i = 0; i < PATHS_PER_PATTERN; i++) {
        String path = random(random, i % 2 == 0 ? "ab" : "ab\n/\uD83D\uDE00", random.nextInt(9));
        boolean expected;
        try {
          expected = their.matches(theirs.getPath(path));
        } catch (InvalidPathException e) {
          continue; // half a character, which is a name of ours only
        }
        matched += expected ? 1 : 0;
        assertThat(our.matches(ours.getPath(path)))
            .as("%s on '%s', -Dseed=%s", pattern, path, seed)
            .isEqualTo(expected);
      }
    }
    assertThat(matched).isGreaterThan(PATTERNS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"*a", "**a", "{*a,*,a*}", "?*[a-c]"})
  @Timeout(20)
  void many_stars_take_no_longer_than_glob_times_name(String part) {
    PathMatcher matcher = ours.getPathMatcher("glob:" + part.repeat(60) + "b");
    assertThat(matcher.matches(ours.getPath("a".repeat(250)))).isFalse();
    assertThat(matcher.matches(ours.getPath("a".repeat(250) + "b"))).isTrue();
  }

  @Test
  void a_class_that_reaches_beyond_its_bracket_is_what_it_is_to_unix() {
    String pattern = "glob:[+-\\Q]*[+-\\E]";
    PathMatcher their = theirs.getPathMatcher(pattern);
    PathMatcher our = ours.getPathMatcher(pattern);
    for (char c = 1; c < 127; c++) {
      for (String path : new String[] {"" + c, c + "*", "a" + c}) {
        assertThat(our.matches(ours.getPath(path)))
            .as("'%s'", path)
            .isEqualTo(their.matches(theirs.getPath(path)));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "glob:*.java, A.java, true",
    "glob:*.java, a/A.java, false",
    "glob:**.java, a/A.java, true",
    "'glob:*.{java,class}', A.class, true",
    "glob:[a-c]?, bx, true",
    "glob:[!a-c]?, bx, false",
    "glob:\\*, *, true",
    "GLOB:*, .hidden, true",
    "regex:[ab]+, abba, true",
    "Regex:[ab]+, abc, false",
  })
  void patterns_match(String pattern, String path, boolean matches) {
    assertThat(ours.getPathMatcher(pattern).matches(ours.getPath(path))).isEqualTo(matches);
    assertThat(theirs.getPathMatcher(pattern).matches(theirs.getPath(path))).isEqualTo(matches);
  }

  @Test
  void bytes_that_are_not_utf_8_are_characters_too() {
    assertThat(ours.getPathMatcher("glob:a?b").matches(ours.getPath("a\uDCFFb"))).isTrue();
    assertThat(ours.getPathMatcher("glob:\uD83D\uDE00?").matches(ours.getPath("\uD83D\uDE00b")))
        .isTrue();
    assertThat(ours.getPathMatcher("glob:?b").matches(ours.getPath("\uD83D\uDE00b"))).isTrue();
    assertThat(ours.getPathMatcher("glob:\uDCFF*").matches(ours.getPath("\uDCFFb"))).isTrue();
  }

  @Test
  void what_is_no_pattern_is_refused_alike() {
    for (String pattern :
        new String[] {"", ":", ":x", "*", "glob", "grep:x", "regex:[", "glob:["}) {
      assertThat(matcher(ours, pattern)).as(pattern).isEqualTo(matcher(theirs, pattern));
    }
    assertThatThrownBy(() -> ours.getPathMatcher("grep:x")).hasMessageContaining("grep");
  }
}
