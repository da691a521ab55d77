package org.dedupfs.command;

import java.nio.file.Files;
import java.util.concurrent.Callable;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupOptions;
import org.dedupfs.StoreNotFoundException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dedupfs create}: makes an empty store. */
@Command(
    name = "create",
    header = "Make an empty store.",
    description = "Its directory is made, or is there and empty.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dedupfs create /srv/store",
      "  dedupfs create --chunking fixed:128k --compression none /srv/images",
      "  dedupfs create --blocks-directory /big/blocks /fast/store"
    })
final class CreateCommand implements Callable<Integer> {
  @Mixin private StoreVerb verb;
  @Mixin private CreationOptions creation;

  @Override
  public Integer call() throws Exception {
    DedupOptions options = creation.addTo(verb.options());
    refuseExisting();
    try (Report report = verb.report();
        DedupFileSystem made = verb.store().open(options.toBuilder().create(true).build())) {
      report.say("created " + ShownName.of(made.storeDirectory().toString()));
    }
    return ExitCode.DONE.number();
  }

  private void refuseExisting() throws Exception {
    if (!Files.exists(verb.store().directory())) {
      return;
    }
    try (DedupFileSystem existing = verb.store().open(DedupOptions.defaults())) {
      throw new CommandException(
          ExitCode.FAILED, existing.storeDirectory() + " is a store already; nothing was changed");
    } catch (StoreNotFoundException e) {
      // As it should be.
      return;
    }
  }
}
