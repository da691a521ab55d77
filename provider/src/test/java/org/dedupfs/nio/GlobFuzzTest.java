package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;

/** Any text as a glob: what the JDK's own provider makes of it. */
class GlobFuzzTest {
  private static final List<String> NAMES =
      List.of("a", "ab", ".a", "a.java", "-", "^", "!", "[", "]", "{a}", "a,b", "\\", "&", "Z9");

  @FuzzTest(maxDuration = "60s")
  void any_glob_is_what_it_is_to_the_jdk(byte[] input) {
    // To the JDK a NUL, which no name has, is the end of a glob in some places.
    String glob = new String(input, StandardCharsets.UTF_8).replace('\0', '\1');
    PathMatcher theirs;
    try {
      theirs = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException e) {
      theirs = null;
    }
    Predicate<String> ours;
    try {
      ours = Glob.compile(glob);
    } catch (PatternSyntaxException e) {
      ours = null;
    }
    assertThat(ours == null).as(glob).isEqualTo(theirs == null);
    if (ours != null && theirs != null) {
      for (String name : NAMES) {
        assertThat(ours.test(name))
            .as("%s matches %s", glob, name)
            .isEqualTo(theirs.matches(Path.of(name)));
      }
    }
  }
}
