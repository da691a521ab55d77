package org.dedupfs.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.StoreNotFoundException;
import org.dedupfs.host.Directories;
import org.dedupfs.mount.MountLog;
import org.dedupfs.mount.MountOptions;
import org.dedupfs.mount.MountPointCheck;
import org.dedupfs.mount.MountRequest;
import org.dedupfs.mount.StoreMount;
import org.dedupfs.transfer.HostSide;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dedupfs mount}: lets every program of the machine use a store. */
@Command(
    name = "mount",
    header = "Mount a store, so that every program can use it.",
    description = {
      "Returns when MOUNTPOINT can be used; a process in the background serves it until it is"
          + " unmounted by dedupfs umount, umount, fusermount3 -u, or a signal. What was written is"
          + " durable after fsync, when it is unmounted, and after the commit interval at the"
          + " latest; sync(1) is not heard of.",
      "",
      "Words for -o: ro, rw, allow_other, allow_root, nonempty, suid, dev (both off unless given),"
          + " noexec, uid=, gid=, umask=, sync (as durability=close), nosync, noatime, strictatime,"
          + " commit=SECONDS, nogc, verify-writes, entry_timeout=, attr_timeout=, max_background="
          + " and other numbers of libfuse; options of a store as durability=close, memory=256m,"
          + " gc=1d; those of fstab (defaults, noauto, user, nofail, _netdev, x-..., comment=) are"
          + " left out."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  dedupfs mount /srv/store /mnt",
      "  dedupfs mount --create /srv/store /mnt       # where there is no store yet",
      "  dedupfs mount --read-only --foreground /srv/store /mnt",
      "  dedupfs mount -o allow_other,durability=close,memory=256m /srv/store /mnt",
      "  dedupfs umount /mnt"
    })
final class MountCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-f", "--foreground"},
      description = "Stay, and tell on the terminal; Ctrl-C unmounts.")
  private boolean foreground;

  @Option(
      names = "--serve",
      hidden = true,
      description = "As the process in the background, which tells a pipe when it is ready.")
  private boolean serve;

  @Option(
      names = {"-o", "--option"},
      paramLabel = "OPT,...",
      completionCandidates = MountWords.class,
      description = "Options as for mount(8), listed above; \\, is a comma within one.")
  private List<String> lists = new ArrayList<>();

  @Option(
      names = "--create",
      description =
          "Make a store, with default options, if STORE is missing or empty, and MOUNTPOINT if it is"
              + " missing. Not for a start at boot: where the disk of STORE is not mounted, its empty"
              + " directory would get a store.")
  private boolean create;

  @Option(
      names = {"-r", "--read-only"},
      description = "Refuse all changes.")
  private boolean readOnly;

  @Option(names = "--allow-other", description = "Let other users in, as far as modes allow.")
  private boolean allowOther;

  @Option(
      names = "--durability",
      paramLabel = "WHEN",
      description = "What was written is durable: interval (default), close or none.")
  private @Nullable String durability;

  @Option(
      names = "--commit-interval",
      paramLabel = "TIME",
      description = "10ms to 1h (default 5s).")
  private @Nullable String commitInterval;

  @Option(
      names = "--gc",
      paramLabel = "TIME",
      description = "Sweep so often in the background, for example 1d (default: never).")
  private @Nullable String gc;

  @Mixin private MachineShare share;

  @Option(
      names = "--requests",
      paramLabel = "N",
      description = "Requests of the kernel served at once (default ${DEFAULT-VALUE}).")
  private int requests = MountRequest.DEFAULT_REQUESTS;

  @Option(
      names = "--log-file",
      paramLabel = "FILE",
      description =
          "Append messages, with times (in the background default: STORE/" + StoreLog.NAME + ").")
  private @Nullable String logFile;

  @Option(
      names = {"-v", "--verbose"},
      description = "Tell more.")
  private boolean verbose;

  @Option(
      names = {"-s", "--sloppy"},
      description = "Leave out words of -o that nobody knows.")
  private boolean sloppy;

  @Parameters(
      index = "0",
      paramLabel = "STORE",
      converter = StoreArgument.Converter.class,
      description = StoreArgument.HELP)
  private StoreArgument store;

  @Parameters(
      index = "1",
      paramLabel = "MOUNTPOINT",
      converter = HostArgument.class,
      description =
          "An empty directory, not in STORE nor above it; what its path has in it but UTF-8 is"
              + " refused.")
  private HostArgument.Location mountPoint;

  @Override
  public Integer call() throws Exception {
    MountOptions options = sharing(MountOptions.parse(words(), sloppy));
    if (requests < 1) {
      throw new IllegalArgumentException("--requests " + requests + ", at least 1 is needed");
    }
    if (!foreground && spec.findOption("--profile").getValue() != null) {
      throw new IllegalArgumentException("--profile records a mount only with --foreground");
    }
    if (create) {
      makeMissing(options.opening());
    }
    Path directory = storeDirectory(options.opening());
    Path place = MountPointCheck.resolve(mountPoint.path());
    MountPointCheck.requireName(place);
    options = readOnlyIfItMust(options, directory);
    MountRequest request =
        new MountRequest(directory, place, options.opening(), options.words(), requests);
    // Before anything logs. A mount may have no other witness.
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", verbose ? "debug" : "info");
    if (foreground) {
      serve(request, spec.commandLine().getOut(), spec.commandLine().getErr(), logPath(), () -> {});
    } else if (serve) {
      serveInBackground(request);
    } else {
      Path log = backgroundLog(directory);
      new BackgroundMount(log).start(arguments(request, log));
    }
    return ExitCode.DONE.number();
  }

  /** What the options say, as words; the words of {@code -o} come first, so that these win. */
  private List<String> words() {
    List<String> all = new ArrayList<>(lists);
    add(all, "durability", durability);
    add(all, "commitInterval", commitInterval);
    add(all, "gc", gc);
    if (readOnly) {
      all.add("ro");
    }
    if (allowOther) {
      all.add("allow_other");
    }
    return all;
  }

  private MountOptions sharing(MountOptions options) {
    DedupOptions.Builder builder = options.opening().toBuilder();
    share.addTo(builder);
    return new MountOptions(builder.build(), options.words());
  }

  private static void add(List<String> words, String key, @Nullable Object value) {
    if (value != null) {
      words.add(MountOptions.escape(key + "=" + value));
    }
  }

  /** In this process, so that the one that serves finds a place for its log. */
  private void makeMissing(DedupOptions opening) throws IOException {
    Path given = store.nameable();
    Path place = mountPoint.path();
    Path absolute = place.toAbsolutePath().normalize();
    if (absolute.startsWith(given.toAbsolutePath().normalize())) {
      throw new IllegalArgumentException(place + " lies in the store " + given);
    }
    try {
      // What a mount that was killed left there is no directory that could be looked at.
      Path unused = MountPointCheck.resolve(place);
    } catch (NoSuchFileException e) {
      Files.createDirectory(place);
    }
    boolean isMissing = !Files.exists(given, LinkOption.NOFOLLOW_LINKS);
    if (isMissing || (Files.isDirectory(given) && Directories.isEmpty(given))) {
      DedupFileSystems.create(given, opening).close();
    }
  }

  private Path storeDirectory(DedupOptions opening) throws IOException {
    Path given = store.nameable();
    if (Files.exists(given)) {
      return given.toRealPath();
    }
    if (!opening.create().orElse(false)) {
      throw new StoreNotFoundException(given, "there is no " + given);
    }
    return given.toAbsolutePath().getParent().toRealPath().resolve(given.getFileName());
  }

  /** As mount(8) does with what is write-protected. */
  private MountOptions readOnlyIfItMust(MountOptions options, Path directory) {
    boolean asked = options.opening().readOnly().orElse(false);
    if (asked || !Files.exists(directory) || Files.isWritable(directory)) {
      return options;
    }
    spec.commandLine()
        .getErr()
        .println(Colour.error(ShownName.of(directory + " cannot be written; mounted read-only")));
    return new MountOptions(options.opening().toBuilder().readOnly(true).build(), options.words());
  }

  private @Nullable Path logPath() {
    return logFile == null ? null : HostArgument.path(logFile).toAbsolutePath();
  }

  private @Nullable Path backgroundLog(Path directory) throws IOException {
    Path asked = logPath();
    if (asked != null) {
      return asked;
    }
    if (!Files.isWritable(directory)) {
      return null;
    }
    try {
      return StoreLog.prepare(directory);
    } catch (CommandException e) {
      spec.commandLine()
          .getErr()
          .println(Colour.error(ShownName.of(e.getMessage() + "; --log-file names another")));
      return null;
    }
  }

  /** The same mount for a process that runs in another directory. */
  private List<String> arguments(MountRequest request, @Nullable Path log) {
    List<String> line = new ArrayList<>(List.of("mount", "--serve"));
    if (verbose) {
      line.add("--verbose");
    }
    line.addAll(List.of("--requests", Integer.toString(requests)));
    if (log != null) {
      line.addAll(List.of("--log-file", HostSide.textOf(log)));
    }
    for (String list : new MountOptions(request.opening(), request.words()).toLists()) {
      line.addAll(List.of("-o", list));
    }
    line.add("--");
    line.add(request.store().toString());
    line.add(HostSide.textOf(request.mountPoint()));
    return line;
  }

  private void serveInBackground(MountRequest request) throws Exception {
    PrintWriter pipe = spec.commandLine().getOut();
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    try {
      serve(request, nowhere, nowhere, logPath(), () -> BackgroundMount.tellReady(pipe));
    } catch (Exception e) {
      BackgroundMount.tellFailure(pipe, e);
      throw e;
    }
  }

  private void serve(
      MountRequest request, PrintWriter out, PrintWriter err, @Nullable Path log, Runnable ready)
      throws Exception {
    try (Report report = Report.open(out, err, false, verbose, log)) {
      StoreMount mount = new StoreMount(request, StatsCommand::json, new ReportedMount(report));
      Interruption.endsBy(mount::stop);
      mount.serve(ready);
    }
  }

  /** What a mount tells, where the report goes. */
  record ReportedMount(Report report) implements MountLog {
    @Override
    public void note(String line) {
      report.note(ShownName.of(line));
    }

    @Override
    public void warn(String line) {
      report.warn(ShownName.of(line));
    }
  }
}
