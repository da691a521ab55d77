package org.dedupfs.benchmarks.micro;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.dedupfs.blocks.BlockHash;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.EncodedBlock;
import org.dedupfs.blocks.InMemoryBlockStore;
import org.dedupfs.content.chunking.Chunker;
import org.dedupfs.content.chunking.ChunkingScheme;
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
import org.openjdk.jmh.annotations.Warmup;

/** What happens to each chunk: cutting a MiB, and hashing, encoding and reading 64 KiB. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ChunkBenchmark {
  private static final int CHUNK_BYTES = 64 << 10;

  /** Random bytes, or bytes of which one in four is random. */
  @Param({"random", "text"})
  public String content = "random";

  private final byte[] bytes = new byte[1 << 20];
  private final Chunker contentDefined = ChunkingScheme.parse("cdc:64k").chunker();
  private final Chunker fixed = ChunkingScheme.parse("fixed:128k").chunker();
  private final AtomicLong nextId = new AtomicLong(1);
  private final InMemoryBlockStore blocks = new InMemoryBlockStore(nextId::getAndAdd);
  private @Nullable BlockHash known;
  private @Nullable BlockId stored;

  @Setup
  public void fill() throws IOException {
    new SplittableRandom(1).nextBytes(bytes);
    for (int i = 0; content.equals("text") && i < bytes.length; i++) {
      bytes[i] = i % 4 == 0 ? bytes[i] : (byte) 'a';
    }
    known = blocks.hash(chunk());
    stored = blocks.put(blocks.encode(known, chunk()));
  }

  private ByteBuffer chunk() {
    return ByteBuffer.wrap(bytes, 0, CHUNK_BYTES);
  }

  @Benchmark
  public int cutContentDefined() {
    return cut(contentDefined);
  }

  @Benchmark
  public int cutFixed() {
    return cut(fixed);
  }

  private int cut(Chunker chunker) {
    int chunks = 0;
    for (int at = 0; at < bytes.length; chunks++) {
      at += chunker.next(bytes, at, bytes.length, true);
    }
    return chunks;
  }

  @Benchmark
  public BlockHash hash() {
    return blocks.hash(chunk());
  }

  @Benchmark
  public EncodedBlock encode() {
    return blocks.encode(Objects.requireNonNull(known), chunk());
  }

  /** Looks it up, decodes it and verifies its hash. */
  @Benchmark
  public byte[] read() throws IOException {
    return blocks.read(Objects.requireNonNull(stored), Objects.requireNonNull(known).check());
  }
}
