package org.dedupfs.command;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** How much a verb tells. */
final class ReportOptions {
  @Option(
      names = {"-q", "--quiet"},
      description = "Say only what went wrong.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Tell more, such as each file that is copied or removed.")
  private boolean verbose;

  @Option(
      names = "--log-file",
      paramLabel = "FILE",
      description = "Append all messages, with times, to FILE.")
  private @Nullable String logFile;

  Report open(CommandLine commandLine) throws IOException {
    return Report.open(
        commandLine.getOut(),
        commandLine.getErr(),
        quiet,
        verbose,
        logFile == null ? null : HostArgument.path(logFile));
  }
}
