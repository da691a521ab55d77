package org.dedupfs.examples;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.StoreStatistics;

/**
 * Nightly copies of a directory, each complete under its date, and what each cost: {@code
 * BackupDirectory STORE DIRECTORY [DATE]}. Files and directories with owners, modes and times, and
 * links; what did not change since yesterday costs a reference.
 */
public final class BackupDirectory {
  private BackupDirectory() {}

  public static void main(String... arguments) throws IOException {
    String date =
        arguments.length > 2 ? arguments[2] : LocalDate.now(ZoneId.systemDefault()).toString();
    try (DedupFileSystem store = DedupFileSystems.create(Path.of(arguments[0]))) {
      StoreStatistics before = store.statistics();
      // Under another name until it is complete: no half backup ever carries a date.
      Path unfinished = store.getPath("/unfinished");
      deleteTree(unfinished);
      copyTree(Path.of(arguments[1]), unfinished);
      Files.move(unfinished, store.getPath("/", date));
      store.sync();
      StoreStatistics after = store.statistics();
      System.out.printf(
          "%s: %,d bytes, of which %,d were new and take %,d%n",
          date,
          after.logicalBytes() - before.logicalBytes(),
          after.uniqueBytes() - before.uniqueBytes(),
          after.storedBytes() - before.storedBytes());
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    if (Files.isSymbolicLink(from)) {
      // Files.copy cannot, from one file system to another.
      String text = Files.readSymbolicLink(from).toString();
      Files.createSymbolicLink(to, to.getFileSystem().getPath(text));
    } else if (Files.isDirectory(from) || Files.isRegularFile(from)) { // a fifo would never end
      Files.copy(from, to);
      if (Files.isDirectory(from)) {
        try (Stream<Path> children = Files.list(from)) {
          for (Path child : (Iterable<Path>) children::iterator) {
            copyTree(child, to.resolve(child.getFileName().toString()));
          }
        }
      }
      for (String kept : List.of("unix:uid", "unix:gid", "unix:mode", "lastModifiedTime")) {
        Files.setAttribute(to, kept, Files.getAttribute(from, kept));
      }
    }
  }

  private static void deleteTree(Path tree) throws IOException {
    if (Files.isDirectory(tree, NOFOLLOW_LINKS)) {
      try (Stream<Path> children = Files.list(tree)) {
        for (Path child : (Iterable<Path>) children::iterator) {
          deleteTree(child);
        }
      }
    }
    Files.deleteIfExists(tree);
  }
}
