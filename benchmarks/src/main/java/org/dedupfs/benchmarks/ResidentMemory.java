package org.dedupfs.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The most memory that a process had resident since it was last forgotten. */
record ResidentMemory(String process) {
  /** Of this process. */
  static final ResidentMemory SELF = new ResidentMemory("self");

  /** See proc(5), clear_refs. */
  private static final String FORGET_PEAK = "5";

  static ResidentMemory of(long pid) {
    return new ResidentMemory(Long.toString(pid));
  }

  /** From now on the most counts that is resident from now on. */
  void forget() throws IOException {
    Files.writeString(
        Path.of("/proc", process, "clear_refs"), FORGET_PEAK, StandardOpenOption.WRITE);
  }

  long peakBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", process, "status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    throw new IOException("no VmHWM of process " + process + ", has it ended?");
  }
}
