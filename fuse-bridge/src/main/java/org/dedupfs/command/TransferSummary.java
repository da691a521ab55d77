package org.dedupfs.command;

import java.time.Duration;
import org.dedupfs.transfer.TransferTotals;

/** One line about a finished transfer. */
final class TransferSummary {
  private TransferSummary() {}

  static String of(String verb, TransferTotals totals, Duration took) {
    return verb
        + " "
        + Quantities.count(totals.files(), "file", "files")
        + " ("
        + Quantities.count(totals.unchanged())
        + " unchanged) in "
        + Quantities.count(totals.directories(), "directory", "directories")
        + ", "
        + Quantities.bytes(totals.copiedBytes())
        + " in "
        + Quantities.seconds(took)
        + ", "
        + Quantities.rate(totals.copiedBytes(), took);
  }

  /** Of copies inside a store, which move no bytes. */
  static String ofClones(TransferTotals totals, Duration took) {
    return "copied "
        + Quantities.count(totals.files(), "file", "files")
        + " and "
        + Quantities.count(totals.directories(), "directory", "directories")
        + " in "
        + Quantities.seconds(took);
  }
}
