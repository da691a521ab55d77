package org.dedupfs.command;

import picocli.CommandLine.Option;

/** For every verb. */
final class HelpOption {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean wanted;
}
