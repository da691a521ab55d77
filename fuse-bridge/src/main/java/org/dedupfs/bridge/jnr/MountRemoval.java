package org.dedupfs.bridge.jnr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
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

  private static final int EBUSY = 16;
  private static final int MNT_DETACH = 2;
  private static final int UMOUNT_NOFOLLOW = 8;
  private static final Duration TOOL_PATIENCE = Duration.ofSeconds(10);
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
  Fusermount.Outcome unmount(boolean lazily) throws IOException, InterruptedException {
    Optional<Fusermount> tool = Fusermount.find();
    if (tool.isPresent()) {
      return tool.get().unmount(mountPoint, lazily, TOOL_PATIENCE);
    }
    if (natives.system().geteuid() != 0) {
      return new Fusermount.Outcome(
          false, false, "fusermount3 is missing; run: " + Natives.INSTALL);
    }
    byte[] bytes = HostPath.toBytes(mountPoint);
    byte[] terminated = Arrays.copyOf(bytes, bytes.length + 1);
    int flags = lazily ? UMOUNT_NOFOLLOW | MNT_DETACH : UMOUNT_NOFOLLOW;
    if (natives.system().umount2(terminated, flags) == 0) {
      return Fusermount.Outcome.DONE;
    }
    int errno = natives.errno();
    return new Fusermount.Outcome(false, errno == EBUSY, natives.system().strerror(errno));
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
