package org.dedupfs.bridge.jnr;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dedupfs.host.HostPath;
import org.dedupfs.host.MountEntry;
import org.dedupfs.host.MountTable;

/** Unmounts one file system, and never another that is mounted at the same place. */
final class MountRemoval {
  enum Place {
    /** It can be unmounted. */
    ATTACHED,
    /** Something else was mounted over it. */
    COVERED,
    /** It is not mounted there, or no longer. */
    GONE
  }

  /**
   * How a try ended.
   *
   * @param reason one line, empty if it is unmounted
   */
  record Outcome(boolean done, boolean busy, String reason) {
    static final Outcome DONE = new Outcome(true, false, "");
  }

  private static final int EBUSY = 16;
  private static final int MNT_DETACH = 2;
  private static final int UMOUNT_NOFOLLOW = 8;
  private static final long TOOL_SECONDS = 10;
  private static final Path CONNECTIONS = Path.of("/sys/fs/fuse/connections");

  private final Natives natives;
  private final Path mountPoint;
  private final String device;

  private MountRemoval(Natives natives, Path mountPoint, String device) {
    this.natives = natives;
    this.mountPoint = mountPoint;
    this.device = device;
  }

  /**
   * Of what was just mounted there.
   *
   * @throws IOException if that cannot be found
   */
  static MountRemoval of(Natives natives, Path mountPoint) throws IOException {
    MountEntry top =
        MountTable.read()
            .at(mountPoint)
            .orElseThrow(() -> new IOException("what was just mounted is not in the mount table"));
    return new MountRemoval(natives, mountPoint, top.device());
  }

  Place place() throws IOException {
    MountTable table = MountTable.read();
    if (table.at(mountPoint).filter(top -> top.device().equals(device)).isPresent()) {
      return Place.ATTACHED;
    }
    boolean covered =
        table.ofDevice(device).stream().anyMatch(entry -> entry.mountPoint().equals(mountPoint));
    return covered ? Place.COVERED : Place.GONE;
  }

  /** Tries once; lazily it succeeds even while it is in use. */
  Outcome unmount(boolean lazily) throws IOException, InterruptedException {
    Optional<Path> tool = tool();
    if (tool.isPresent()) {
      return withTool(tool.get(), lazily);
    }
    if (natives.system().geteuid() != 0) {
      return new Outcome(false, false, "fusermount3 is missing; run: " + Natives.INSTALL);
    }
    byte[] bytes = HostPath.toBytes(mountPoint);
    byte[] terminated = Arrays.copyOf(bytes, bytes.length + 1);
    int flags = lazily ? UMOUNT_NOFOLLOW | MNT_DETACH : UMOUNT_NOFOLLOW;
    if (natives.system().umount2(terminated, flags) == 0) {
      return Outcome.DONE;
    }
    int errno = natives.errno();
    return new Outcome(false, errno == EBUSY, natives.system().strerror(errno));
  }

  private Outcome withTool(Path tool, boolean lazily) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(tool.toString(), "-u"));
    if (lazily) {
      command.add("-z");
    }
    command.add("--");
    command.add(mountPoint.toString());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(TOOL_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return new Outcome(false, true, tool.getFileName() + " does not end");
    }
    if (process.exitValue() == 0) {
      return Outcome.DONE;
    }
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .strip()
            .replace('\n', ' ');
    return new Outcome(false, output.contains("busy"), output);
  }

  private static Optional<Path> tool() {
    String directories = System.getenv().getOrDefault("PATH", "") + ":/usr/bin:/bin";
    return Stream.of("fusermount3", "fusermount")
        .flatMap(name -> Stream.of(directories.split(":", -1)).map(dir -> Path.of(dir, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Ends the connection to the kernel: whoever waits for an answer, or asks later, gets an error.
   *
   * @throws IOException if the kernel does not let us
   */
  void abort() throws IOException {
    Path connection = CONNECTIONS.resolve(device.substring(device.indexOf(':') + 1));
    Files.write(connection.resolve("abort"), new byte[] {'1'});
  }
}
