package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A tree like one of sources, copied into a store and to the disk. */
final class SmallFiles {
  private static final int FILES_PER_DIRECTORY = 25;
  private static final String[] WORDS = words();

  private final Path directory;
  private final int count;
  private final int rounds;

  SmallFiles(Path directory, int count, int rounds) {
    this.directory = directory;
    this.count = count;
    this.rounds = rounds;
  }

  private static String[] words() {
    SplittableRandom random = new SplittableRandom(11);
    String[] words = new String[2000];
    for (int i = 0; i < words.length; i++) {
      StringBuilder word = new StringBuilder();
      for (int length = 2 + random.nextInt(9); length > 0; length--) {
        word.append((char) ('a' + random.nextInt(26)));
      }
      words[i] = word.toString();
    }
    return words;
  }

  /**
   * Time of a copy by java.nio.file, until it is durable, against the same copy to the disk: until
   * it is durable there, and as soon as it is in the page cache.
   */
  List<Result> imports(String chunking, double limit) throws IOException {
    List<Sample> runs = new ArrayList<>();
    List<Sample> durable = new ArrayList<>();
    List<Sample> cached = new ArrayList<>();
    Path source = directory.resolve("source");
    Path target = directory.resolve("copy");
    Path store = directory.resolve("store");
    Stores.delete(source);
    generate(source);
    for (int i = -1; i < rounds; i++) { // the first round warms up
      Stores.delete(store);
      Stores.delete(target);
      Sample toCache = Sample.of(() -> copy(source, target));
      Stores.delete(target);
      Sample toDisk =
          Sample.of(
              () -> {
                copy(source, target);
                force(target);
              });
      Sample toStore;
      FileSystem files = Stores.create(store, chunking);
      try {
        // closing makes all durable
        toStore =
            Sample.of(
                () -> {
                  copy(source, files.getPath("/copy"));
                  files.close();
                });
      } finally {
        files.close();
      }
      if (i >= 0) {
        runs.add(toStore);
        durable.add(toDisk);
        cached.add(toCache);
      }
    }
    for (Path path : List.of(source, target, store)) {
      Stores.delete(path);
    }
    String name = "import small files " + chunking;
    return List.of(
        result(name, "JDK copy + fsync", Result.Measure.WALL, runs, durable, 0),
        result(name, "JDK copy, not durable", Result.Measure.WALL, runs, cached, limit),
        result(name, "JDK copy, not durable", Result.Measure.CPU, runs, cached, 0));
  }

  private Result result(
      String name,
      String baseline,
      Result.Measure measure,
      List<Sample> runs,
      List<Sample> baselines,
      double limit) {
    return new Result(name, baseline, measure, count, "fil", runs, baselines, limit);
  }

  private void generate(Path root) throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < count; i++) {
      int group = i / FILES_PER_DIRECTORY;
      Path parent = root.resolve("module" + group % 7).resolve("package" + group);
      Files.createDirectories(parent);
      Files.writeString(parent.resolve("File" + i + ".java"), text(random));
    }
  }

  /** From some hundred bytes to some ten thousand, mostly few, with lines that repeat. */
  private static String text(SplittableRandom random) {
    int bytes = (int) (300 * Math.exp(random.nextDouble() * 4.5));
    StringBuilder text = new StringBuilder("/* A licence that all files begin with. */\n");
    while (text.length() < bytes) {
      for (int i = 0; i < 8; i++) {
        // a word is the likelier the further to the front it stands
        double rank = random.nextDouble();
        text.append(WORDS[(int) (rank * rank * rank * WORDS.length)]).append(' ');
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static void copy(Path source, Path target) throws IOException {
    Files.walkFileTree(
        source,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectory(in(path));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(path, in(path), StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }

          private Path in(Path path) {
            String relative = source.relativize(path).toString();
            return relative.isEmpty() ? target : target.resolve(relative);
          }
        });
  }

  /** Makes each file and each name of a tree on the disk durable. */
  private static void force(Path root) throws IOException {
    List<Path> paths;
    try (var walk = Files.walk(root)) {
      paths = walk.toList();
    }
    for (Path path : paths) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
