package org.dedupfs.mount;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.dedupfs.bridge.jnr.Fusermount;
import org.dedupfs.bridge.jnr.MountException;

/** Unmounts what another process serves, or none any more. */
final class FusermountTool {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private FusermountTool() {}

  /**
   * Unmounts.
   *
   * @throws MountException if that is not possible, {@link MountException#isBusy busy} or not
   */
  static void unmount(Path mountPoint) throws IOException, InterruptedException {
    run(mountPoint, false);
  }

  /** Takes a mount out of sight, whatever uses it. */
  static void detach(Path mountPoint) throws IOException, InterruptedException {
    run(mountPoint, true);
  }

  private static void run(Path mountPoint, boolean lazily)
      throws IOException, InterruptedException {
    Fusermount tool =
        Fusermount.find()
            .orElseThrow(
                () -> new MountException(FuseAvailability.missingFusermount(), false, null));
    Fusermount.Outcome outcome = tool.unmount(mountPoint, lazily, PATIENCE);
    if (!outcome.done()) {
      throw new MountException(
          "cannot unmount " + mountPoint + ": " + outcome.reason(), outcome.busy(), null);
    }
  }
}
