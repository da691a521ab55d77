package org.dedupfs.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  @Test
  void names_are_unique_and_say_by_which_door() {
    List<Workload> all = new ArrayList<>(Catalogue.all());
    all.addAll(Catalogue.growth());
    assertThat(all).extracting(Workload::name).doesNotHaveDuplicates();
    assertThat(all)
        .allMatch(each -> each.name().startsWith("mount-") == (each.door() == Workload.Door.MOUNT));
  }

  @Test
  void what_is_asked_for_is_a_name_or_the_beginning_of_some() {
    assertThat(Catalogue.chosen(List.of("read-warm"), true))
        .extracting(Workload::name)
        .containsExactly("read-warm");
    assertThat(Catalogue.chosen(List.of("write-unique", "mount-stat"), true))
        .extracting(Workload::name)
        .containsExactly("write-unique-fixed", "write-unique-cdc", "mount-stat");
    assertThat(Catalogue.chosen(List.of(), false)).hasSameSizeAs(Catalogue.all());
    assertThat(Catalogue.chosen(List.of(), true))
        .hasSizeBetween(Catalogue.all().size() * 3 / 4, Catalogue.all().size() - 7);
    assertThat(Catalogue.chosen(List.of("scale-"), true)).hasSameSizeAs(Catalogue.growth());
    assertThatThrownBy(() -> Catalogue.chosen(List.of("fly"), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("no workload fly", "read-warm");
  }

  @Test
  void made_bytes_depend_on_kind_seed_and_place_alone() {
    byte[] some = new byte[MadeBytes.BUFFER_BYTES];
    byte[] same = new byte[MadeBytes.BUFFER_BYTES];
    for (MadeBytes.Kind kind : MadeBytes.Kind.values()) {
      new MadeBytes(kind, 1).fill(MadeBytes.BUFFER_BYTES, some);
      new MadeBytes(kind, 1).fill(MadeBytes.BUFFER_BYTES, same);
      assertThat(some).isEqualTo(same);
      new MadeBytes(kind, 2).fill(MadeBytes.BUFFER_BYTES, same);
      assertThat(some).isNotEqualTo(same);
    }
  }

  @Test
  void text_compresses_and_random_bytes_do_not() {
    byte[] bytes = new byte[MadeBytes.BUFFER_BYTES];
    new MadeBytes(MadeBytes.Kind.TEXT, 1).fill(0, bytes);
    assertThat(Zstd.compress(bytes, 1).length).isLessThan(bytes.length / 2);
    new MadeBytes(MadeBytes.Kind.RANDOM, 1).fill(0, bytes);
    assertThat(Zstd.compress(bytes, 1).length).isGreaterThan(bytes.length * 99 / 100);
  }
}
