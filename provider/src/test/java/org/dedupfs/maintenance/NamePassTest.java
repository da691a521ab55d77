package org.dedupfs.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.StoreFinding;
import org.dedupfs.StoreFinding.Kind;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.InMemoryMetadataStore;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.MetadataSnapshot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names are counted rightly, however small the window. */
class NamePassTest {
  private static final int FILES = 100;
  private final InMemoryMetadataStore metadata = new InMemoryMetadataStore();
  private final MetadataBatch batch = new MetadataBatch();
  private long cookie = 16;

  private void file(long number, int nlink) {
    batch.put(
        new Inode.Builder(new InodeNumber(number))
            .mode(FileType.REGULAR.modeBits())
            .nlink(nlink)
            .build());
  }

  private void name(String name, long inode) {
    batch.put(
        new Dentry(
            InodeNumber.ROOT,
            cookie++,
            FileName.of(name),
            new InodeNumber(inode),
            FileType.REGULAR));
  }

  private List<String> findings(int window) throws IOException {
    List<String> found = new ArrayList<>();
    try (MetadataSnapshot snapshot = metadata.snapshot()) {
      new NamePass(
              snapshot,
              finding -> found.add(finding.kind() + " " + finding.inode().value()),
              new Pace((StoreFinding finding) -> {}),
              window,
              0)
          .run(FILES, FILES);
    }
    found.sort(null);
    return found;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 99, 100, 101, 1_000_000})
  void whatever_the_window(int window) throws IOException {
    batch.put(
        new Inode.Builder(InodeNumber.ROOT).mode(FileType.DIRECTORY.modeBits()).nlink(2).build());
    for (long number = 2; number <= FILES; number++) {
      if (number % 10 != 0) {
        file(number, number == 33 ? 2 : 1);
      }
      if (number != 44) {
        name("f" + number, number);
      }
    }
    name("beyond", 5_000);
    metadata.commit(batch);
    List<String> expected = new ArrayList<>(List.of(Kind.LINK_COUNT + " 33", Kind.NO_NAME + " 44"));
    for (int number = 10; number <= FILES; number += 10) {
      expected.add(Kind.NAME_OF_NOTHING + " " + number);
    }
    expected.add(Kind.NAME_OF_NOTHING + " 5000");
    expected.sort(null);
    assertThat(findings(window)).isEqualTo(expected);
  }

  @Test
  void a_file_may_have_more_names_than_a_byte_can_count() throws IOException {
    for (int i = 0; i < 700; i++) {
      name("n" + i, 2);
      name("m" + i, 3);
    }
    file(2, 700);
    file(3, 699);
    metadata.commit(batch);
    assertThat(findings(1_000)).containsExactly(Kind.LINK_COUNT + " 3");
  }

  /** As somebody could write them who wants a check to take for ever. */
  @ParameterizedTest
  @ValueSource(longs = {1L << 40, 1L << 62, Long.MAX_VALUE})
  @Timeout(60)
  void numbers_may_be_as_far_apart_as_they_like(long highest) throws IOException {
    for (int i = 2; i < 30; i++) {
      long number = i == 29 ? highest : highest / 30 * i;
      file(number, i == 7 ? 3 : 1);
      name("f" + i, number);
    }
    name("nothing", highest / 30 * 5 + 1);
    name("low", 1_000);
    metadata.commit(batch);
    List<String> found = new ArrayList<>();
    try (MetadataSnapshot snapshot = metadata.snapshot()) {
      new NamePass(
              snapshot,
              finding -> found.add(finding.kind() + " " + finding.inode().value()),
              new Pace((StoreFinding finding) -> {}),
              64,
              0)
          .run(highest, 28);
    }
    assertThat(found)
        .containsExactlyInAnyOrder(
            Kind.LINK_COUNT + " " + highest / 30 * 7,
            Kind.NAME_OF_NOTHING + " " + (highest / 30 * 5 + 1),
            Kind.NAME_OF_NOTHING + " 1000");
  }
}
