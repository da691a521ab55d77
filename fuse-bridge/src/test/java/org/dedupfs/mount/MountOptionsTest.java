package org.dedupfs.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dedupfs.DedupOptions;
import org.dedupfs.DedupOptions.AccessTimes;
import org.dedupfs.DedupOptions.Durability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MountOptionsTest {
  private static MountOptions parse(String... lists) {
    return MountOptions.parse(List.of(lists), false);
  }

  @Test
  void words_of_fstab_are_left_out() {
    MountOptions options =
        parse(
            "rw,defaults,noauto,nofail,user,_netdev,x-systemd.automount,comment=mine", "X-mine=1");
    assertThat(options.words()).isEmpty();
    assertThat(options.opening()).isEqualTo(DedupOptions.builder().readOnly(false).build());
  }

  @Test
  void words_of_the_kernel_and_libfuse_are_passed() {
    assertThat(parse("allow_other,suid,dev", "uid=1000,entry_timeout=1").words())
        .containsExactly("allow_other", "suid", "dev", "uid=1000", "entry_timeout=1");
  }

  @Test
  void the_last_of_two_that_differ_wins() {
    assertThat(parse("suid,nosuid,dev,uid=1,uid=2,nodev,dev").words())
        .containsExactly("nosuid", "uid=2", "dev");
    assertThat(parse("ro,rw").opening().readOnly()).contains(false);
    assertThat(parse("rw,ro").opening().readOnly()).contains(true);
  }

  @Test
  void options_of_a_store_open_it() {
    DedupOptions opening = parse("durability=close,memory=256m", "gc=1d,commit=7").opening();
    assertThat(opening.durability()).contains(Durability.CLOSE);
    assertThat(opening.memoryBytes()).contains(256L << 20);
    assertThat(opening.gcInterval()).contains(Duration.ofDays(1));
    assertThat(opening.commitInterval()).contains(Duration.ofSeconds(7));
  }

  @Test
  void words_of_the_ancestor_and_of_other_file_systems_have_successors() {
    DedupOptions opening = parse("nosync,nogc,verify-writes,strictatime").opening();
    assertThat(opening.durability()).contains(Durability.NONE);
    assertThat(opening.gcInterval()).contains(Duration.ZERO);
    assertThat(opening.verifyWrites()).contains(true);
    assertThat(opening.accessTimes()).contains(AccessTimes.STRICT);
    assertThat(parse("sync,noatime").opening().durability()).contains(Durability.CLOSE);
  }

  @Test
  void umask_is_the_mounts_unless_said_to_be_the_stores() {
    MountOptions options = parse("umask=022,store.umask=027");
    assertThat(options.words()).containsExactly("umask=022");
    assertThat(options.opening().umask()).contains(027);
  }

  @Test
  void a_comma_can_be_in_a_value() {
    assertThat(parse("metadataDirectory=/a\\,b\\\\c,ro").opening().metadataDirectory())
        .hasToString("Optional[/a,b\\c]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kernel_cache",
        "hard_remove",
        "remount",
        "no_such_word",
        "no_such_key=1",
        "memory=1k",
        "memory",
        "store.nothing=1"
      })
  void what_cannot_be_is_refused_by_name(String word) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("ro," + word))
        .withMessageContaining(word.replaceFirst("^store\\.|=.*", "").replaceFirst("=.*", ""));
  }

  @Test
  void sloppy_leaves_out_what_nobody_knows_and_nothing_else() {
    assertThat(MountOptions.parse(List.of("surprise,ro,dev"), true)).isEqualTo(parse("ro,dev"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MountOptions.parse(List.of("memory=1k"), true));
  }

  @Test
  void what_was_sorted_can_be_written_down_and_read_again() {
    MountOptions options =
        parse(
            "ro,dev,uid=7,memory=300m,durability=none,commit=3,atime=strict,store.umask=077",
            "metadataDirectory=/a\\,b");
    assertThat(MountOptions.parse(options.toLists(), false)).isEqualTo(options);
  }

  @Test
  void every_option_of_a_store_can_be_given() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DedupOptions.builder().set("?", ""))
        .satisfies(
            e -> {
              Matcher keys = Pattern.compile("known are (.*)").matcher(e.getMessage());
              assertThat(keys.find()).isTrue();
              for (String key : keys.group(1).split(", ", -1)) {
                assertKnown(key);
              }
            });
  }

  /** Some take any value. */
  private static void assertKnown(String key) {
    try {
      assertThat(parse("store." + key + "=\u0001").opening().toEnv()).containsOnlyKeys(key);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("'" + key + "' cannot be");
    }
  }
}
