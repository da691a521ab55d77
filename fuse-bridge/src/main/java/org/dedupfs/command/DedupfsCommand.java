package org.dedupfs.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dedupfs} itself: it only knows its verbs. */
@Command(
    name = "dedupfs",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    header = "A file system that stores identical data once.",
    customSynopsis = "dedupfs VERB [OPTIONS] STORE ...",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dedupfs demo",
      "  dedupfs create /srv/store",
      "  dedupfs import /srv/store /home",
      "  dedupfs stats /srv/store",
      "  dedupfs export /srv/store /home /tmp/home",
      "  dedupfs mount /srv/store /mnt",
      "",
      "dedupfs VERB --help says more about each verb."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed, nothing lost",
      "2:wrong usage",
      "3:done, but some items were skipped",
      "4:damage found",
      "5:the store, or the mount, is in use",
      "130:interrupted, can be resumed"
    })
final class DedupfsCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** The command line for these arguments, whose errors end in an {@link ExitCode}. */
  static CommandLine commandLine(String... arguments) {
    CommandLine commandLine = new CommandLine(new DedupfsCommand());
    Verbs.addTo(commandLine, arguments);
    // A file may be called @something.
    commandLine.setExpandAtFiles(false);
    commandLine.setParameterExceptionHandler(new UsageReport());
    commandLine.setColorScheme(Colour.ofHelp());
    layOut(commandLine);
    commandLine.getSubcommands().values().forEach(DedupfsCommand::layOut);
    commandLine.setExecutionStrategy(new ProfiledRun());
    commandLine.setExecutionExceptionHandler(new FailureReport());
    return commandLine;
  }

  private static void layOut(CommandLine commandLine) {
    if (commandLine.getParent() != null) {
      OptionSpec.Builder help = OptionSpec.builder("-h", "--help").usageHelp(true);
      commandLine.getCommandSpec().addOption(help.description("Show this help.").build());
      commandLine.getCommandSpec().addOption(ProfiledRun.option());
    }
    UsageMessageSpec usage = commandLine.getCommandSpec().usageMessage();
    usage
        .abbreviateSynopsis(true)
        .synopsisHeading("%nUsage: ")
        .descriptionHeading(usage.description().length == 0 ? "" : "%n")
        .parameterListHeading("%n")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nVerbs:%n");
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: dedupfs VERB ...");
  }
}
