package org.dedupfs.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.dedupfs.host.HostPath;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dedupfs man}: the manual pages. */
@Command(
    name = "man",
    header = "Show the manual page of this command or of a verb.",
    description = "On a terminal man shows it; otherwise the page is written as man reads it.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dedupfs man",
      "  dedupfs man import",
      "  dedupfs man --directory ~/.local/share/man   # then: man dedupfs-import"
    })
final class ManCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Write all pages to DIR/man1, where man finds them if DIR is in its path.")
  private @Nullable String directory;

  @Parameters(
      arity = "0..1",
      paramLabel = "VERB",
      completionCandidates = Verbs.Names.class,
      description = "Which (default: the command itself).")
  private @Nullable String verb;

  @Override
  public Integer call() throws Exception {
    CommandLine root = DedupfsCommand.commandLine();
    if (directory != null) {
      writeAll(root, HostPath.absolute(HostArgument.path(directory)));
      return ExitCode.DONE.number();
    }
    CommandLine wanted = verb == null ? root : root.getSubcommands().get(verb);
    if (wanted == null) {
      throw new CommandException(ExitCode.USAGE, "there is no verb " + verb);
    }
    String page = ManualPage.of(root, wanted);
    if (Terminal.showsOutput()) {
      return show(page);
    }
    spec.commandLine().getOut().print(page);
    return ExitCode.DONE.number();
  }

  private static void writeAll(CommandLine root, Path directory) throws IOException {
    Path section = Files.createDirectories(directory.resolve("man" + ManualPage.SECTION));
    for (CommandLine each : ManualPage.all(root)) {
      Path file = section.resolve(ManualPage.name(each) + "." + ManualPage.SECTION);
      Files.writeString(file, ManualPage.of(root, each), StandardCharsets.UTF_8);
    }
  }

  private int show(String page) throws IOException, InterruptedException, CommandException {
    Path file = Files.createTempFile("dedupfs", "." + ManualPage.SECTION);
    try {
      Files.writeString(file, page, StandardCharsets.UTF_8);
      return new ProcessBuilder("man", "-l", file.toString()).inheritIO().start().waitFor() == 0
          ? ExitCode.DONE.number()
          : ExitCode.FAILED.number();
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.FAILED,
          "cannot run man (" + e.getMessage() + "); dedupfs VERB --help says much the same");
    } finally {
      Files.delete(file);
    }
  }
}
