package org.dedupfs.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.UnixFileAttributes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dedupfs ls}: lists what is in a store. */
@Command(
    name = "ls",
    header = "List files in a store.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dedupfs ls /srv/store",
      "  dedupfs ls -lR /srv/store /home",
      "  dedupfs ls --json -R /srv/store | jq -r 'select(.size > 1e9) | .path'"
    })
final class LsCommand implements Callable<Integer> {
  private static final String TYPES = "?pc?d?b?-?l?s???";

  @Spec private CommandSpec spec;
  @Mixin private HelpOption help;
  @Mixin private OpeningOptions opening;

  @Option(names = "-l", description = "With mode, links, owner, group, size and time.")
  private boolean longForm;

  @Option(
      names = {"-R", "--recursive"},
      description = "With all that is below.")
  private boolean recursive;

  @Option(names = "--bytes", description = "Sizes in bytes, exactly.")
  private boolean exactSizes;

  @Option(
      names = "--json",
      description = "One JSON object per line; pathBase64 is exact for names that are not UTF-8.")
  private boolean json;

  @Option(
      names = {"-U", "--unsorted"},
      description = "In the order of the store, without memory for large directories.")
  private boolean unsorted;

  @Parameters(
      index = "0",
      paramLabel = "STORE",
      converter = StoreArgument.Converter.class,
      description = StoreArgument.HELP)
  private StoreArgument store;

  @Parameters(
      index = "1..*",
      paramLabel = "PATH",
      arity = "0..*",
      description = "Where to look (default: /).")
  private List<String> paths = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    try (DedupFileSystem open = store.openReadOnly(opening.toDedupOptions())) {
      if (paths.isEmpty()) {
        list(store.start(open), false);
      }
      for (String each : paths) {
        list(store.resolve(open, each), paths.size() > 1);
      }
    }
    return ExitCode.DONE.number();
  }

  private void list(Path path, boolean titled) throws IOException, CommandException {
    if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isDirectory()) {
      print(path, path.toString());
      return;
    }
    boolean withTitle = (titled || recursive) && !json;
    if (withTitle) {
      out().println(ShownName.of(path.toString()) + ":");
    }
    List<Path> below = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
      for (Path child : unsorted ? stream : sorted(stream)) {
        Interruption.check();
        print(child, String.valueOf(child.getFileName()));
        if (recursive && Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
          below.add(child);
        }
      }
    }
    if (withTitle) {
      out().println();
    }
    for (Path child : below) {
      list(child, true);
    }
  }

  private static List<Path> sorted(DirectoryStream<Path> stream) {
    List<Path> all = new ArrayList<>();
    stream.forEach(all::add);
    all.sort(null);
    return all;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private void print(Path path, String name) throws IOException {
    if (!longForm && !json) {
      out().println(ShownName.of(name));
      return;
    }
    UnixFileAttributes found =
        Files.readAttributes(path, UnixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    String target = found.isSymbolicLink() ? Files.readSymbolicLink(path).toString() : "";
    out().println(json ? json(path, found, target) : line(name, found, target));
  }

  private String line(String name, UnixFileAttributes found, String target) {
    LocalDateTime modified =
        LocalDateTime.ofInstant(found.lastModifiedTime().toInstant(), ZoneId.systemDefault())
            .truncatedTo(ChronoUnit.SECONDS);
    return String.format(
        "%s %3d %-8s %-8s %12s  %s  %s%s",
        mode(found.mode()),
        found.nlink(),
        ShownName.of(found.owner().getName()),
        ShownName.of(found.group().getName()),
        exactSizes ? Long.toString(found.size()) : Quantities.bytes(found.size()),
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").format(modified),
        ShownName.of(name),
        target.isEmpty() ? "" : " -> " + ShownName.of(target));
  }

  private static String json(Path path, UnixFileAttributes found, String target) {
    Json json =
        new Json()
            .addName("path", path.toString())
            .add("type", type(found.mode()))
            .add("mode", String.format("%04o", found.mode() & 07777))
            .add("size", found.size())
            .add("uid", Integer.toUnsignedLong(found.uid()))
            .add("gid", Integer.toUnsignedLong(found.gid()))
            .add("nlink", found.nlink())
            .add("ino", found.ino())
            .add("mtime", found.lastModifiedTime().toInstant().toString());
    return (target.isEmpty() ? json : json.addName("target", target)).toString();
  }

  private static String type(int mode) {
    return switch (mode >> 12 & 15) {
      case 1 -> "fifo";
      case 2 -> "character device";
      case 4 -> "directory";
      case 6 -> "block device";
      case 8 -> "file";
      case 10 -> "symbolic link";
      default -> "socket";
    };
  }

  /** As {@code ls} writes it, {@code -rwsr-xr-x}. */
  static String mode(int mode) {
    char[] text = (TYPES.charAt(mode >> 12 & 15) + "rwxrwxrwx").toCharArray();
    for (int bit = 0; bit < 9; bit++) {
      if ((mode & 0400 >> bit) == 0) {
        text[bit + 1] = '-';
      }
    }
    special(text, 3, (mode & 04000) != 0, 's');
    special(text, 6, (mode & 02000) != 0, 's');
    special(text, 9, (mode & 01000) != 0, 't');
    return new String(text);
  }

  private static void special(char[] text, int at, boolean set, char letter) {
    if (set) {
      text[at] = text[at] == 'x' ? letter : Character.toUpperCase(letter);
    }
  }
}
