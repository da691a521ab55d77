package org.dedupfs.command;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dedupfs completion}: what makes a shell complete verbs, options and their values. */
@Command(
    name = "completion",
    header = "Print what makes a shell complete this command.",
    description = {
      "Completes verbs, options and their values. Goes to where the shell looks for such files, or"
          + " is read by the shell's own start-up file."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  eval \"$(dedupfs completion bash)\"                        # this shell",
      "  dedupfs completion bash > ~/.local/share/bash-completion/completions/dedupfs",
      "  dedupfs completion zsh > ~/.zfunc/_dedupfs      # with ~/.zfunc in $fpath",
      "  dedupfs completion fish > ~/.config/fish/completions/dedupfs.fish"
    })
final class CompletionCommand implements Callable<Integer> {
  /** What can be asked for. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
  private Shell shell;

  @Override
  public Integer call() {
    CommandLine all = DedupfsCommand.commandLine();
    String script =
        switch (shell) {
          case bash -> BashCompletion.of(all);
          case zsh -> ZshCompletion.of(all);
          case fish -> FishCompletion.of(all);
        };
    spec.commandLine().getOut().print(script);
    return ExitCode.DONE.number();
  }
}
