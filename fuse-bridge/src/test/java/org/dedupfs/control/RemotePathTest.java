package org.dedupfs.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.BiFunction;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.fixtures.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RemotePathTest {
  private static final String[] PIECES = {
    "/", "/", "//", "a", "b", "..", ".", ".a", "\udcff", "\u00e4", "\ud83d\ude00", "\udce4", " "
  };

  @TempDir Path directory;

  @Test
  void paths_are_as_those_of_the_store_itself() throws IOException {
    Random random = new Random(Seeds.next("RemotePathTest"));
    try (DedupFileSystem local = DedupFileSystems.create(directory.resolve("store"));
        ControlServer server = ControlServer.start(local);
        RemoteFileSystem remote = RemoteFileSystem.connect(local.storeDirectory()).orElseThrow()) {
      assertThat(server.connections()).isOne();
      for (int i = 0; i < 20_000; i++) {
        String one = text(random);
        String two = text(random);
        assertThat(all(remote, one, two)).as(one + " and " + two).isEqualTo(all(local, one, two));
      }
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(7); i > 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  private static String all(FileSystem fs, String first, String second) {
    Path one = fs.getPath(first);
    Path two = fs.getPath(second);
    StringBuilder all = new StringBuilder();
    all.append(one).append('|').append(one.getNameCount()).append('|').append(one.isAbsolute());
    all.append('|').append(one.getRoot()).append('|').append(one.getParent());
    all.append('|').append(one.getFileName()).append('|').append(one.normalize());
    all.append('|').append(one.toAbsolutePath()).append('|').append(one.toUri());
    for (Path name : one) {
      all.append('|').append(name);
    }
    add(all, one, two, Path::resolve);
    add(all, one, two, Path::resolveSibling);
    add(all, one, two, Path::startsWith);
    add(all, one, two, Path::endsWith);
    add(all, one, two, Path::equals);
    add(all, one, two, (a, b) -> Integer.signum(a.compareTo(b)));
    add(all, one, two, Path::relativize);
    add(all, one, two, (a, b) -> a.subpath(1, a.getNameCount()));
    add(all, one, two, (a, b) -> fs.getPath(first, second, first));
    return all.toString();
  }

  private static void add(
      StringBuilder all, Path one, Path two, BiFunction<Path, Path, Object> question) {
    all.append('|');
    try {
      all.append(question.apply(one, two));
    } catch (IllegalArgumentException e) {
      all.append(e.getMessage());
    }
  }
}
