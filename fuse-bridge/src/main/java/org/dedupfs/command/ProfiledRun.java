package org.dedupfs.command;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Runs the verb, recorded if {@code --profile} was given. */
final class ProfiledRun implements IExecutionStrategy {
  private static final String NAME = "--profile";
  private static final IExecutionStrategy PLAIN = new RunLast();

  /** The option, for each verb. */
  static OptionSpec option() {
    return OptionSpec.builder(NAME)
        .paramLabel("FILE")
        .arity("0..1")
        .type(String.class)
        .description(
            "Record with Java's flight recorder where the time goes; the recording is in FILE when"
                + " the run ends (default: dedupfs-VERB-PROCESS.jfr).")
        .build();
  }

  /**
   * The arguments with a bare {@code --profile} as one that names no file: picocli would take the
   * next argument for FILE, and that is STORE.
   */
  static String[] withExplicitFile(String... arguments) {
    String[] explicit = arguments.clone();
    for (int i = 0; i < explicit.length && !explicit[i].equals("--"); i++) {
      if (explicit[i].equals(NAME)) {
        explicit[i] = NAME + "=";
      }
    }
    return explicit;
  }

  @Override
  public int execute(ParseResult parsed) {
    ParseResult verb = parsed.subcommand();
    String file = verb == null ? null : file(verb);
    if (file == null || verb.isUsageHelpRequested()) {
      return PLAIN.execute(parsed);
    }
    CommandLine command = verb.commandSpec().commandLine();
    if (ModuleLayer.boot().findModule("jdk.jfr").isEmpty()) {
      throw failure(
          command,
          new CommandException(
              ExitCode.FAILED, NAME + " needs the module jdk.jfr, which this Java lacks"));
    }
    RunProfile profile;
    try {
      profile = RunProfile.start(path(command, file), command.getErr());
    } catch (CommandException | IOException e) {
      throw failure(command, e);
    }
    try {
      return PLAIN.execute(parsed);
    } finally {
      profile.end();
    }
  }

  private static @Nullable String file(ParseResult verb) {
    OptionSpec option = verb.commandSpec().findOption(NAME);
    return option == null ? null : option.getValue();
  }

  private static Path path(CommandLine command, String file) {
    return HostArgument.path(
        file.isEmpty()
            ? "dedupfs-" + command.getCommandName() + "-" + ProcessHandle.current().pid() + ".jfr"
            : file);
  }

  private static ExecutionException failure(CommandLine command, Exception cause) {
    return new ExecutionException(command, String.valueOf(cause.getMessage()), cause);
  }
}
