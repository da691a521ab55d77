package org.dedupfs.command;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.dedupfs.DedupFileSystem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dedupfs mkdir}: makes directories in a store. */
@Command(
    name = "mkdir",
    header = "Make directories in a store.",
    footerHeading = "%nExamples:%n",
    footer = {"  dedupfs mkdir /srv/store /photos", "  dedupfs mkdir -p /srv/store /a/b/c"})
final class MkdirCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private HelpOption help;
  @Mixin private ReportOptions reporting;
  @Mixin private OpeningOptions opening;

  @Option(
      names = {"-p", "--parents"},
      description = "Make missing directories above it too; it is no error if it exists.")
  private boolean parents;

  @Parameters(
      index = "0",
      paramLabel = "STORE",
      converter = StoreArgument.Converter.class,
      description = StoreArgument.HELP)
  private StoreArgument store;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "PATH",
      description = "The directories to make.")
  private List<String> paths;

  @Override
  public Integer call() throws Exception {
    try (Report report = reporting.open(spec.commandLine());
        DedupFileSystem open = store.open(opening.toDedupOptions())) {
      for (String each : paths) {
        make(store.resolve(open, each));
      }
      open.sync();
      report.note("made " + Quantities.count(paths.size(), "directory", "directories"));
    }
    return ExitCode.DONE.number();
  }

  private void make(Path directory) throws IOException, CommandException {
    try {
      if (parents) {
        Files.createDirectories(directory);
      } else {
        Files.createDirectory(directory);
      }
    } catch (FileAlreadyExistsException e) {
      if (parents) {
        throw new NotDirectoryException(e.getFile());
      }
      throw e;
    } catch (NoSuchFileException e) {
      throw new CommandException(
          ExitCode.FAILED,
          "no such directory: " + ShownName.of(directory.getParent().toString()) + "; -p makes it");
    }
  }
}
