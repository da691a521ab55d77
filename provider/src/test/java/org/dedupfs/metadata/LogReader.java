package org.dedupfs.metadata;

import java.io.IOException;
import java.nio.file.Path;

/** A process that looks at a log, as an opening and as a repair do. */
final class LogReader {
  private LogReader() {}

  public static void main(String[] arguments) throws IOException {
    Path database = Path.of(arguments[0]);
    LogCheck.requireSound(database);
    try (SqlitePages pages = SqlitePages.open(database, Path.of(arguments[1]))) {
      System.out.println("pages " + pages.count());
    }
  }
}
