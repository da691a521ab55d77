package org.dedupfs.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.DirectoryCursor;
import org.dedupfs.UnixFileAttributes;
import org.junit.jupiter.api.Test;

/** Names that share a cookie, which chance makes too seldom to wait for. */
final class DedupDirectoryTest {
  private record Fake(List<Entry> entries) implements DirectoryCursor {
    @Override
    public List<Entry> read(long afterCookie, int limit) {
      List<Entry> after = entries.stream().filter(e -> e.cookie() > afterCookie).toList();
      int end = Math.min(limit, after.size());
      while (end > 0
          && end < after.size()
          && after.get(end).cookie() == after.get(end - 1).cookie()) {
        end++;
      }
      return after.subList(0, end);
    }

    @Override
    public UnixFileAttributes attributes(Entry entry) {
      throw new UnsupportedOperationException("not in this test");
    }

    @Override
    public UnixFileAttributes attributes() {
      throw new UnsupportedOperationException("not in this test");
    }

    @Override
    public void close() {}
  }

  private static DirectoryCursor.Entry entry(String name, long cookie) {
    return new DirectoryCursor.Entry(name.getBytes(UTF_8), cookie, 7, FileModes.REGULAR);
  }

  @Test
  void names_that_share_a_place_are_told_once_each_wherever_a_reader_stops() throws IOException {
    long high = (1L << 62) - 1;
    List<DirectoryCursor.Entry> entries =
        List.of(
            entry("a", 16),
            entry("b", 16),
            entry("c", 99),
            entry("d", 100),
            entry("e", 100),
            entry("f", high),
            entry("g", high));
    try (DedupDirectory directory = new DedupDirectory(new Fake(entries), 1)) {
      for (int atOnce = 1; atOnce <= 8; atOnce++) {
        int room = atOnce;
        List<String> told = new ArrayList<>();
        long[] offset = {2};
        int before = -1;
        while (told.size() > before) {
          before = told.size();
          int end = before + room;
          directory.read(
              offset[0],
              (name, ino, mode, next) -> {
                if (told.size() == end) {
                  return false;
                }
                assertThat(next).isPositive();
                told.add(new String(name, UTF_8));
                offset[0] = next;
                return true;
              });
        }
        assertThat(told).as("%d at once", room).containsExactly("a", "b", "c", "d", "e", "f", "g");
      }
    }
  }
}
