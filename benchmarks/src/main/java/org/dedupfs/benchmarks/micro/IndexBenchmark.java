package org.dedupfs.benchmarks.micro;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.dedupfs.blocks.BlockHash;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.BlockStoreOptions;
import org.dedupfs.blocks.RocksDbBlockStore;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Looking up hashes on the disk: those that are there, in order and in none, and new ones. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class IndexBenchmark {
  private static final int BLOCKS = 200_000;
  private static final int STEP = 7_919;

  private final BlockHash[] hashes = new BlockHash[BLOCKS];
  private final BlockHash[] unknown = new BlockHash[BLOCKS];
  private @Nullable Path directory;
  private @Nullable RocksDbBlockStore opened;
  private int next;

  @Setup
  public void fill() throws IOException {
    AtomicLong nextId = new AtomicLong(1);
    Path made = Files.createTempDirectory("index-benchmark");
    directory = made;
    RocksDbBlockStore store =
        RocksDbBlockStore.open(made, BlockStoreOptions.DEFAULT.withCreate(true), nextId::getAndAdd);
    opened = store;
    for (int i = 0; i < BLOCKS; i++) {
      hashes[i] = store.hash(block(i));
      unknown[i] = store.hash(block(-1 - i));
      BlockId id = store.put(store.encode(hashes[i], block(i)));
      if (id.value() < 1) {
        throw new IllegalStateException("no id");
      }
    }
    store.flush();
  }

  private static ByteBuffer block(int number) {
    return ByteBuffer.allocate(8).putInt(number).putInt(~number).flip();
  }

  @TearDown
  public void remove() throws IOException {
    store().close();
    try (Stream<Path> all = Files.walk(Objects.requireNonNull(directory))) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private RocksDbBlockStore store() {
    return Objects.requireNonNull(opened);
  }

  /** As a stream of duplicates asks. */
  @Benchmark
  public @Nullable BlockId findInOrder() throws IOException {
    next = (next + 1) % BLOCKS;
    return store().find(hashes[next]);
  }

  @Benchmark
  public @Nullable BlockId findAnywhere() throws IOException {
    next = (next + STEP) % BLOCKS;
    return store().find(hashes[next]);
  }

  @Benchmark
  public @Nullable BlockId findNew() throws IOException {
    next = (next + 1) % BLOCKS;
    return store().find(unknown[next]);
  }
}
