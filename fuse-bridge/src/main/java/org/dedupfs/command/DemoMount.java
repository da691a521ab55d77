package org.dedupfs.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.bridge.jnr.MountException;
import org.dedupfs.host.MountEntry;
import org.dedupfs.host.MountTable;
import org.dedupfs.mount.FuseAvailability;
import org.dedupfs.mount.MountOptions;
import org.dedupfs.mount.Unmounting;
import org.dedupfs.transfer.TreeComparison;

/**
 * The part of the demonstration in which other programs use a store: {@code cp -a} copies the tree
 * twice into a mounted one. Another process serves the mount.
 */
final class DemoMount {
  private static final List<String> NAMES = List.of("first", "second");

  private final Report report;
  private final DemoTree tree;
  private final Path store;
  private final Path mountPoint;
  private final Path log;
  private final DedupOptions opening;
  private long storedBytes;

  DemoMount(Report report, DemoTree tree, Path stage, DedupOptions opening) {
    this.report = report;
    this.tree = tree;
    this.store = stage.resolve("mounted store");
    this.mountPoint = stage.resolve("mnt");
    this.log = stage.resolve("mount.log");
    this.opening = opening;
  }

  /**
   * Shows it, or says in one line why this machine cannot; leaves nothing mounted.
   *
   * @param lost paths of the tree that this user cannot copy
   * @return whether the copies were right
   */
  boolean show(DedupOptions creation, Set<String> lost) throws Exception {
    try {
      FuseAvailability.check();
    } catch (MountException e) {
      report.say("no mount here:  " + FailureReport.oneLine(String.valueOf(e.getMessage())));
      return true;
    }
    try (DedupFileSystem made = DedupFileSystems.create(store, creation)) {
      storedBytes = made.statistics().storedBytes();
    }
    Files.createDirectory(mountPoint);
    try {
      mount();
    } catch (CommandException e) {
      report.say("no mount here:  " + FailureReport.oneLine(String.valueOf(e.getMessage())));
      return true;
    }
    try {
      for (String name : NAMES) {
        copy(name);
        mount();
      }
      return compare(lost);
    } finally {
      unmount();
    }
  }

  private void mount() throws Exception {
    List<String> line = new ArrayList<>(List.of("mount", "--serve"));
    line.addAll(List.of("--log-file", log.toString()));
    for (String list : new MountOptions(opening, List.of()).toLists()) {
      line.addAll(List.of("-o", list));
    }
    line.addAll(List.of("--", store.toString(), mountPoint.toString()));
    new BackgroundMount(log).start(line);
  }

  private void unmount() throws IOException, InterruptedException {
    Optional<MountEntry> mounted = MountTable.read().at(mountPoint);
    if (mounted.isPresent()) {
      MountCommand.ReportedMount told = new MountCommand.ReportedMount(report);
      try {
        new Unmounting(false, null, told).unmount(mounted.get());
      } catch (MountException e) {
        // What keeps it busy must not keep it here.
        new Unmounting(true, null, told).unmount(mounted.get());
        throw e;
      }
    }
  }

  /** Copies and unmounts, which commits. */
  private void copy(String name) throws Exception {
    Path messages = log.resolveSibling("cp.log");
    long start = System.nanoTime();
    Process copying =
        new ProcessBuilder("cp", "-a", "--", tree.root().toString(), mountPoint.resolve(name) + "")
            .redirectErrorStream(true)
            .redirectOutput(messages.toFile())
            .start();
    if (copying.waitFor() != 0) {
      Interruption.check();
      try (Stream<String> lines = Files.lines(messages, StandardCharsets.ISO_8859_1)) {
        lines.limit(3).forEach(report::warn);
      }
    }
    unmount();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      long stored = open.statistics().storedBytes();
      report.say(
          String.format(
              "%-14s  %8s  %12s, %s stored",
              name + " cp -a",
              Quantities.seconds(took),
              Quantities.rate(tree.bytes(), took),
              Quantities.bytes(stored - storedBytes)));
      storedBytes = stored;
    }
  }

  private boolean compare(Set<String> lost) throws IOException {
    List<String> differences = new ArrayList<>();
    for (String name : NAMES) {
      TreeComparison comparison = new TreeComparison(report, FuseAvailability.isRoot(), lost);
      differences.addAll(comparison.compare(tree.root(), mountPoint.resolve(name)));
    }
    differences.forEach(difference -> report.warn(ShownName.of(difference)));
    report.say(
        differences.isEmpty()
            ? "compared        through the mount: both copies are equal"
            : "compared        through the mount: NOT EQUAL, see above");
    return differences.isEmpty();
  }
}
