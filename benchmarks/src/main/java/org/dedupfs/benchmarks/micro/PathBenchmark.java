package org.dedupfs.benchmarks.micro;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Resolving a path and reading attributes, with all caches warm. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PathBenchmark {
  /** How many directories there are above the file. */
  @Param({"1", "8"})
  public int depth = 1;

  private @Nullable Path directory;
  private @Nullable DedupFileSystem store;
  private @Nullable Path file;
  private @Nullable Path missing;
  private @Nullable Path link;

  @Setup
  public void fill() throws IOException {
    Path made = Files.createTempDirectory("path-benchmark");
    directory = made;
    DedupFileSystem files = DedupFileSystems.create(made);
    store = files;
    Path parent = files.getPath("/");
    for (int i = 0; i < depth; i++) {
      parent = Files.createDirectory(parent.resolve("directory" + i));
    }
    Path created = Files.createFile(parent.resolve("file"));
    file = created;
    missing = parent.resolve("missing");
    link = Files.createSymbolicLink(parent.resolve("link"), created);
    files.sync();
  }

  @TearDown
  public void remove() throws IOException {
    Objects.requireNonNull(store).close();
    try (Stream<Path> all = Files.walk(Objects.requireNonNull(directory))) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Benchmark
  public BasicFileAttributes attributes() throws IOException {
    return Files.readAttributes(Objects.requireNonNull(file), BasicFileAttributes.class);
  }

  @Benchmark
  public BasicFileAttributes attributesThroughLink() throws IOException {
    return Files.readAttributes(Objects.requireNonNull(link), BasicFileAttributes.class);
  }

  @Benchmark
  public boolean missing() {
    return Files.exists(Objects.requireNonNull(missing));
  }
}
