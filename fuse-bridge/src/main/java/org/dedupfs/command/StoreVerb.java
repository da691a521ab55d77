package org.dedupfs.command;

import java.io.IOException;
import java.io.PrintWriter;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What verbs have in common that are about one store as a whole. */
final class StoreVerb {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Mixin private ReportOptions reporting;
  @Mixin private OpeningOptions opening;

  @Parameters(
      paramLabel = "STORE",
      converter = StoreArgument.Converter.class,
      description = StoreArgument.HELP)
  private StoreArgument store;

  /** What the user has named. */
  StoreArgument store() {
    return store;
  }

  OpeningOptions opening() {
    return opening;
  }

  /** As the options say. */
  DedupOptions options() {
    return opening.toDedupOptions();
  }

  DedupFileSystem open() throws IOException {
    return store.open(options());
  }

  DedupFileSystem openReadOnly() throws IOException {
    return store.openReadOnly(options());
  }

  Report report() throws IOException {
    return reporting.open(spec.commandLine());
  }

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** For findings, which {@code report} is told of, too. */
  FindingReport findings(Report report, boolean json) {
    return new FindingReport(report, out(), spec.commandLine().getErr(), json);
  }
}
