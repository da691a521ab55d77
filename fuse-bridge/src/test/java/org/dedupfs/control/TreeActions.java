package org.dedupfs.control;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.dedupfs.control.StoreText.list;
import static org.dedupfs.control.StoreText.strings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DirectoryCursor;
import org.dedupfs.ScrubOptions;
import org.dedupfs.SweepSummary;

/** Copies, moves, and whole directories; after {@link NameActions}. */
final class TreeActions {
  private TreeActions() {}

  static void addCopiesAndMovesTo(StoreActions to) {
    to.change("copy", fs -> Files.copy(fs.getPath("/dir/file"), fs.getPath("/copy")));
    to.change("copy again", fs -> Files.copy(fs.getPath("/dir/file"), fs.getPath("/copy")));
    to.change(
        "copy with all",
        fs ->
            Files.copy(
                fs.getPath("/dir/file"), fs.getPath("/copy"), REPLACE_EXISTING, COPY_ATTRIBUTES));
    to.change(
        "copy a link",
        fs ->
            Files.copy(fs.getPath("/link"), fs.getPath("/link2"), NOFOLLOW_LINKS, COPY_ATTRIBUTES));
    to.change("copy nothing", fs -> Files.copy(fs.getPath("/none"), fs.getPath("/x")));
    to.change(
        "copy atomically", fs -> Files.copy(fs.getPath("/link"), fs.getPath("/x"), ATOMIC_MOVE));
    to.change("move", fs -> Files.move(fs.getPath("/copy"), fs.getPath("/moved")));
    to.change("move over", fs -> Files.move(fs.getPath("/link2"), fs.getPath("/moved")));
    to.change(
        "move and replace",
        fs -> Files.move(fs.getPath("/link2"), fs.getPath("/moved"), REPLACE_EXISTING));
    to.change(
        "move at once",
        fs -> Files.move(fs.getPath("/moved"), fs.getPath("/dir/moved"), ATOMIC_MOVE));
    to.change("move into itself", fs -> Files.move(fs.getPath("/dir"), fs.getPath("/dir/below")));
    to.change(
        "move over what is not empty",
        fs -> Files.move(fs.getPath("/owned"), fs.getPath("/dir"), ATOMIC_MOVE));
    to.change("move nothing", fs -> Files.move(fs.getPath("/none"), fs.getPath("/x")));
    to.change(
        "move with attributes",
        fs -> Files.move(fs.getPath("/dir"), fs.getPath("/x"), COPY_ATTRIBUTES));
    to.change("sync", DedupFileSystem::sync);
  }

  static void addDirectoriesTo(StoreActions to) {
    to.add("list the root", fs -> list(fs.getPath("/")));
    to.add("list nothing", fs -> list(fs.getPath("/none")));
    to.add("list a file", fs -> list(fs.getPath("/dir/file")));
    to.add("list a relative path", fs -> list(fs.getPath("dir")));
    to.add(
        "list with a filter",
        fs -> {
          try (DirectoryStream<Path> stream =
              Files.newDirectoryStream(fs.getPath("/"), p -> p.toString().length() > 5)) {
            return strings(stream);
          }
        });
    to.change(
        "many names",
        fs -> {
          Path many = Files.createDirectory(fs.getPath("/many"));
          for (int i = 0; i < 1500; i++) {
            Files.createFile(many.resolve("name " + i));
          }
        });
    to.add("list many", fs -> list(fs.getPath("/many")));
    to.add(
        "a filter that fails",
        fs -> {
          try (DirectoryStream<Path> stream =
              Files.newDirectoryStream(
                  fs.getPath("/"),
                  p -> {
                    throw new IOException("no");
                  })) {
            return strings(stream);
          }
        });
    to.add(
        "a cursor",
        fs -> {
          try (DirectoryCursor cursor = fs.openDirectory(fs.getPath("/many"))) {
            TreeSet<String> found = new TreeSet<>();
            long after = DirectoryCursor.START;
            List<DirectoryCursor.Entry> some = cursor.read(after, 700);
            while (!some.isEmpty()) {
              for (DirectoryCursor.Entry each : some) {
                found.add(
                    new String(each.name(), StandardCharsets.UTF_8)
                        + each.type()
                        + cursor.attributes(each).mode());
                after = each.cookie();
              }
              some = cursor.read(after, 700);
            }
            return found + " " + cursor.attributes().mode();
          }
        });
    to.add("a cursor on a file", fs -> fs.openDirectory(fs.getPath("/dir/file")));
    to.add(
        "check", fs -> fs.check(finding -> {}).findings() + " " + fs.check(finding -> {}).inodes());
    to.add("scrub", fs -> fs.scrub(ScrubOptions.DEFAULT, finding -> {}).damagedBlocks());
    to.add("statistics", fs -> fs.statistics().files() + " " + fs.statistics().logicalBytes());
    to.add(
        "host directories",
        fs ->
            fs.hostDirectories().contains(fs.storeDirectory()) + " " + fs.hostDirectories().size());
    // How many blocks have died depends on when workers cut what was being written.
    to.add(
        "sweep",
        fs -> {
          SweepSummary dead = fs.sweep(true);
          return (dead.blocksDeleted() > 0) + " " + (dead.storedBytesDeleted() > 0);
        });
    to.add("views", fs -> new TreeSet<>(fs.supportedFileAttributeViews()));
  }
}
