package org.dedupfs.command;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line, and how a right one looks. */
final class UsageReport implements IParameterExceptionHandler {
  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    CommandLine commandLine = failure.getCommandLine();
    PrintWriter err = commandLine.getErr();
    boolean verb =
        commandLine.getParent() == null
            && failure instanceof UnmatchedArgumentException
            && !arguments[0].startsWith("-");
    String message =
        verb ? "there is no verb " + arguments[0] : String.valueOf(failure.getMessage());
    err.println(Colour.error(FailureReport.oneLine(message)));
    UnmatchedArgumentException.printSuggestions(failure, err);
    Help help = commandLine.getHelp();
    err.print("Usage: " + help.synopsis("Usage: ".length()));
    String name = commandLine.getCommandSpec().qualifiedName();
    err.println(name + " --help says more.");
    return ExitCode.USAGE.number();
  }
}
