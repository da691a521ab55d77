package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * One process among all that a machine ever runs: numbers are given out again, so its start and the
 * boot of the machine belong to it.
 *
 * @param startTicks since the boot, as proc(5) has it; 0 if the host does not tell
 * @param boot 16 hexadecimal digits of the boot's id; all zeros if the host does not tell
 */
record OwnerProcess(long pid, long startTicks, String boot) {
  private static final Path PROC = Path.of("/proc");
  private static final String UNKNOWN_BOOT = "0".repeat(16);

  private static final long ENDED = -1;

  /** The place of the start in proc(5)'s stat, counted from the state, which follows the name. */
  private static final int START_FIELD = 19;

  static OwnerProcess current() {
    return current(PROC);
  }

  static OwnerProcess current(Path proc) {
    long pid = ProcessHandle.current().pid();
    try {
      return new OwnerProcess(pid, startTicks(proc, pid), boot(proc));
    } catch (IOException e) {
      return new OwnerProcess(pid, 0, UNKNOWN_BOOT); // no Linux
    }
  }

  /** Whether this process may still be there; only one that has ended for certain is not. */
  boolean mayBeAlive() {
    return mayBeAlive(PROC);
  }

  boolean mayBeAlive(Path proc) {
    if (boot.equals(UNKNOWN_BOOT)) {
      return ProcessHandle.of(pid).isPresent();
    }
    try {
      return boot.equals(boot(proc)) && startTicks(proc, pid) == startTicks;
    } catch (NoSuchFileException e) {
      // mounted with hidepid=2, it shows not even the first process to others than root
      return !Files.exists(proc.resolve("1"));
    } catch (IOException e) {
      return true; // not to be looked at, as with hidepid=1
    }
  }

  private static String boot(Path proc) throws IOException {
    String id = Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
    return id.replace("-", "").substring(0, 16);
  }

  /** The name of a process, which comes before, may hold any bytes, parentheses too. */
  private static long startTicks(Path proc, long pid) throws IOException {
    String stat = Files.readString(proc.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    boolean hasEnded = fields[0].equals("Z") || fields[0].equals("X"); // and nobody has asked how
    return hasEnded ? ENDED : Long.parseLong(fields[START_FIELD]);
  }
}
