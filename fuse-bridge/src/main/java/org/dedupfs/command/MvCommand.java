package org.dedupfs.command;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.transfer.EntryAttributes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dedupfs mv}: renames files and directories of a store. */
@Command(
    name = "mv",
    header = "Rename or move files inside a store.",
    description = {
      "If DEST is a directory, files and directories go into it under their last names; else SRC"
          + " becomes DEST. What is there is replaced only with --replace, in one step."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  dedupfs mv /srv/store /draft.txt /final.txt",
      "  dedupfs mv /srv/store /monday /tuesday /archive"
    })
final class MvCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ReportOptions reporting;
  @Mixin private OpeningOptions opening;

  @Option(
      names = "--replace",
      description = "Replace files and empty directories that are in the way.")
  private boolean replace;

  @Parameters(
      index = "0",
      paramLabel = "STORE",
      converter = StoreArgument.Converter.class,
      description = StoreArgument.HELP)
  private StoreArgument store;

  @Parameters(
      index = "1..*",
      arity = "2..*",
      hideParamSyntax = true,
      paramLabel = "SRC... DEST",
      description = "What, and where to.")
  private List<String> paths;

  @Override
  public Integer call() throws Exception {
    try (Report report = reporting.open(spec.commandLine());
        DedupFileSystem open = store.open(opening.toDedupOptions())) {
      Map<Path, Path> targets = Targets.of(store, open, paths);
      for (Map.Entry<Path, Path> each : targets.entrySet()) {
        refuse(each.getKey(), each.getValue());
      }
      for (Map.Entry<Path, Path> each : targets.entrySet()) {
        move(each.getKey(), each.getValue(), replace);
      }
      open.sync();
      report.note("moved " + Quantities.count(targets.size(), "item", "items"));
    }
    return ExitCode.DONE.number();
  }

  /** All of them before any is moved. */
  private void refuse(Path source, Path target) throws IOException, CommandException {
    EntryAttributes found = EntryAttributes.read(source);
    if (found.isDirectory() && target.startsWith(source)) {
      throw new CommandException(
          ExitCode.FAILED, ShownName.of(source.toString()) + " cannot be moved into itself");
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) && !replace) {
      throw new CommandException(
          ExitCode.FAILED, ShownName.of(target.toString()) + " exists; --replace replaces it");
    }
  }

  /** Without {@code replace} nothing is, not even what appeared only now. */
  static void move(Path source, Path target, boolean replace) throws IOException {
    if (!replace) {
      Files.move(source, target);
      return;
    }
    try {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IllegalStateException("one store is one file system", e);
    }
  }
}
