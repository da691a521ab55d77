package org.dedupfs.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Packing and unpacking a page of 1,024 extents, for each of them; here because the packed form is
 * nobody else's business.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ExtentPageBenchmark {
  private static final int EXTENTS = 1024;
  private static final long LEAST_BYTES = 16 << 10;

  /** Blocks that were stored one after the other, or long ago and anywhere. */
  @Param({"new", "duplicates"})
  public String blocks = "new";

  private final InodeNumber inode = new InodeNumber(7);
  private final List<Extent> extents = new ArrayList<>();
  private ExtentPage page = ExtentPage.of(inode, List.of(Extent.hole(0, 1)));
  private byte[] packed = new byte[0];

  @Setup
  public void fill() {
    SplittableRandom random = new SplittableRandom(1);
    long offset = 0;
    for (int i = 0; i < EXTENTS; i++) {
      long length = LEAST_BYTES + random.nextInt(1 << 17);
      long id = blocks.equals("new") ? 1_000_000L + i : 1L + random.nextInt(1 << 30);
      extents.add(new Extent(offset, length, id, 0, random.nextInt()));
      offset += length;
    }
    page = ExtentPage.of(inode, extents);
    packed = ExtentPageCodec.encode(page);
  }

  @Benchmark
  @OperationsPerInvocation(EXTENTS)
  public ExtentPage make() {
    return ExtentPage.of(inode, extents);
  }

  @Benchmark
  @OperationsPerInvocation(EXTENTS)
  public byte[] encode() {
    return ExtentPageCodec.encode(page);
  }

  @Benchmark
  @OperationsPerInvocation(EXTENTS)
  public ExtentPage decode() throws MetadataDamagedException {
    return ExtentPageCodec.decode(inode, 0, packed);
  }
}
