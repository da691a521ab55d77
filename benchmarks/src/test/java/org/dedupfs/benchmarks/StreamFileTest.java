package org.dedupfs.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamFileTest {
  private static final long BYTES = 8L << 20;

  @TempDir Path directory;

  private final StreamFile stream = new StreamFile(BYTES, new Stop(() -> false));

  @Test
  void making_the_bytes_is_not_taken_off_the_cpu_of_another_process() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    CpuClock other = asked::getAndIncrement; // it works a second in each lap
    Path file = directory.resolve("file");
    Lap lap = stream.write(other, file, new MadeBytes(1));
    assertThat(Files.size(file)).isEqualTo(BYTES);
    assertThat(lap.amount()).isEqualTo(BYTES);
    assertThat(lap.cpuSeconds()).isEqualTo(1);
    assertThat(stream.read(other, file).cpuSeconds()).isEqualTo(1);
  }

  @Test
  void it_is_taken_off_that_of_this_one() throws Exception {
    assertThat(CpuClock.PROCESS.isOfThisProcess()).isTrue();
    assertThat(CpuClock.THREAD.isOfThisProcess()).isTrue();
    assertThat(CpuClock.of(ProcessHandle.current().pid()).isOfThisProcess()).isFalse();
  }
}
