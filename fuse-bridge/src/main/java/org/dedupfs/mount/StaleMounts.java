package org.dedupfs.mount;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.dedupfs.bridge.jnr.MountException;
import org.dedupfs.host.MountEntry;
import org.dedupfs.host.MountTable;

/**
 * Mounts of ours that lost the process behind them, as after {@code kill -9}: everything in them
 * fails with ENOTCONN until somebody unmounts them.
 */
public final class StaleMounts {
  private static final long PATIENCE_SECONDS = 5;

  /** GNU's and everybody's word for ENOTCONN in the C locale. */
  private static final String NOT_CONNECTED = "endpoint is not connected";

  private StaleMounts() {}

  /**
   * Whether a mount of ours is dead for certain. Asks in a process of its own, which alone would
   * hang if the mount did; one that does not answer is alive as far as this can tell.
   */
  public static boolean isStale(MountEntry mount) throws IOException, InterruptedException {
    if (!StoreMounts.isStore(mount) || ServingProcess.of(mount).isPresent()) {
      return false;
    }
    List<String> line = new ArrayList<>();
    if (FuseAvailability.isRoot() && mount.owner() != 0) {
      // The kernel would not even ask for root.
      String user = Integer.toUnsignedString(mount.owner());
      String group = Integer.toUnsignedString(mount.ownerGroup());
      line.addAll(
          List.of("setpriv", "--reuid=" + user, "--regid=" + group, "--clear-groups", "--"));
    }
    line.addAll(List.of("stat", "-f", "--", mount.mountPoint().toString()));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    builder.directory(Path.of("/").toFile());
    builder.redirectOutput(ProcessBuilder.Redirect.PIPE);
    Process probe = builder.start();
    probe.getOutputStream().close();
    if (!probe.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      probe.destroyForcibly();
      return false;
    }
    String said = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return probe.exitValue() != 0 && said.contains(NOT_CONNECTED);
  }

  /** Whether a mount is dead; {@link #isStale} but in tests. */
  interface Probe {
    boolean isStale(MountEntry mount) throws IOException, InterruptedException;
  }

  /**
   * Takes a mount away if it is stale.
   *
   * @return whether it was, and this has done it
   */
  public static boolean clean(MountEntry mount) throws IOException, InterruptedException {
    return clean(mount, StaleMounts::isStale);
  }

  static boolean clean(MountEntry mount, Probe probe) throws IOException, InterruptedException {
    if (!probe.isStale(mount)) {
      return false;
    }
    // That took time, in which somebody else may have cleaned it and mounted a store that lives:
    // the same, as the same device, before it can be known by whom. So all is asked once more.
    if (!isOnTop(mount) || !probe.isStale(mount)) {
      return false;
    }
    try {
      FusermountTool.detach(mount.mountPoint());
      return true;
    } catch (MountException e) {
      if (isOnTop(mount)) {
        throw e;
      }
      // Somebody else was faster.
      return false;
    }
  }

  private static boolean isOnTop(MountEntry mount) throws IOException {
    return MountTable.read().at(mount.mountPoint()).equals(Optional.of(mount));
  }

  /**
   * Takes away all stale mounts of a store, and gives them. Whoever calls this has the store open,
   * so that no other process mounts it meanwhile.
   */
  static List<MountEntry> cleanAll(Path store) throws IOException, InterruptedException {
    List<MountEntry> cleaned = new ArrayList<>();
    List<MountEntry> mounts = new ArrayList<>(StoreMounts.of(store, MountTable.read()));
    // The upper of two at one place has to go first.
    Collections.reverse(mounts);
    for (MountEntry mount : mounts) {
      if (clean(mount)) {
        cleaned.add(mount);
      }
    }
    return cleaned;
  }
}
