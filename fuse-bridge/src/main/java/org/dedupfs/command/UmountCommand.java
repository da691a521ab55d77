package org.dedupfs.command;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.dedupfs.host.MountEntry;
import org.dedupfs.mount.Unmounting;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dedupfs umount}: ends a mount, and waits until all of it is on disk. */
@Command(
    name = "umount",
    header = "Unmount a store.",
    description = {
      "Returns when the store is committed and closed and its process gone. A mount in use stays as"
          + " it is (exit code 5), and who uses it is named. A mount whose process was killed is"
          + " cleaned."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  dedupfs umount /mnt",
      "  dedupfs umount /srv/store",
      "  dedupfs umount --wait 60 /mnt      # for those who use it, then for the end"
    })
final class UmountCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ReportOptions reporting;

  @Option(
      names = {"-l", "--lazy"},
      description =
          "Take it out of sight at once; the store is closed when nobody uses it any more.")
  private boolean lazy;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description =
          "How long to wait, first for who uses it, then for its process (default: 2 seconds, then"
              + " as long as it takes).")
  private @Nullable Integer waitSeconds;

  @Parameters(
      arity = "1..*",
      paramLabel = "MOUNTPOINT|STORE",
      converter = HostArgument.class,
      description = "Where it is mounted, or what.")
  private List<HostArgument.Location> places;

  @Override
  public Integer call() throws Exception {
    if (waitSeconds != null && waitSeconds < 0) {
      throw new IllegalArgumentException("--wait " + waitSeconds + ", at least 0 is needed");
    }
    Duration limit = waitSeconds == null ? null : Duration.ofSeconds(waitSeconds);
    try (Report report = reporting.open(spec.commandLine())) {
      Unmounting unmounting = new Unmounting(lazy, limit, new MountCommand.ReportedMount(report));
      ExitCode result = ExitCode.DONE;
      for (HostArgument.Location place : places) {
        ExitCode end = unmount(place, unmounting, report);
        result = result == ExitCode.DONE ? end : result;
      }
      return result.number();
    }
  }

  /** One place that fails is no reason to leave the others mounted; gives the first failure. */
  private static ExitCode unmount(HostArgument.Location place, Unmounting unmounting, Report report)
      throws InterruptedException {
    ExitCode result = ExitCode.DONE;
    try {
      for (MountEntry mount : Unmounting.find(place.path())) {
        try {
          unmounting.unmount(mount);
        } catch (IOException e) {
          ExitCode end = failed(e, report);
          result = result == ExitCode.DONE ? end : result;
        }
      }
    } catch (IOException e) {
      return failed(e, report);
    }
    return result;
  }

  private static ExitCode failed(IOException failure, Report report) {
    report.warn(FailureReport.lineOf(failure));
    return FailureReport.exitCodeOf(failure);
  }
}
