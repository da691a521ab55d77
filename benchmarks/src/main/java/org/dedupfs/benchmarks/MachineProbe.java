package org.dedupfs.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dedupfs.benchmarks.report.Machine;

/** Looks where this runs. */
final class MachineProbe {
  private MachineProbe() {}

  /**
   * What it finds.
   *
   * @param directory on the disk that is measured
   */
  static Machine look(Path directory) throws IOException {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    List<String> processor = Files.readAllLines(Path.of("/proc/cpuinfo"));
    return new Machine(
        field(processor, "model name").orElse(system.getArch()),
        // x86, and what it is called on aarch64
        field(processor, "flags").map(flags -> flags.contains("sha_ni")).orElse(false)
            || field(processor, "Features").map(flags -> flags.contains("sha2")).orElse(false),
        Runtime.getRuntime().availableProcessors(),
        system.getTotalMemorySize(),
        system.getName() + " " + system.getVersion(),
        System.getProperty("java.version"),
        Files.getFileStore(directory).type(),
        Math.max(0, system.getSystemLoadAverage()));
  }

  private static Optional<String> field(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }
}
