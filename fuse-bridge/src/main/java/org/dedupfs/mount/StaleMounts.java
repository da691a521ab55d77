package org.dedupfs.mount;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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

  /**
   * Takes a mount away if it is stale.
   *
   * @return whether it was
   */
  public static boolean clean(MountEntry mount) throws IOException, InterruptedException {
    if (!isStale(mount)) {
      return false;
    }
    // Somebody may have cleaned it meanwhile, and mounted a store there that lives.
    Optional<MountEntry> now = MountTable.read().at(mount.mountPoint());
    if (!now.equals(Optional.of(mount)) || ServingProcess.of(mount).isPresent()) {
      return false;
    }
    FusermountTool.detach(mount.mountPoint());
    return true;
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
