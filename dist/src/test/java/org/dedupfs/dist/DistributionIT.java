package org.dedupfs.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive, unpacked and used; Java, the system's tools and FUSE are all that it finds. */
final class DistributionIT {
  private static final int NOBODY = 65_534;
  private static final long LARGEST_BYTES = 20L << 20;

  @TempDir static Path unpacked;

  @TempDir Path directory;
  private static Path home;
  private static Path app;

  private Path tree;
  private Path store;

  @BeforeAll
  static void unpack() throws Exception {
    Outcome.of(Map.of(), "tar", "-xf", Built.archive("tar.gz"), "-C", unpacked).endsQuietly();
    home = unpacked.resolve("dedupfs-" + Built.VERSION);
    app = home.resolve("lib/dedupfs");
    Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @BeforeEach
  void makeTree() throws IOException {
    tree = Files.createDirectories(directory.resolve("tree/below")).getParent();
    store = directory.resolve("store");
    byte[] bytes = new byte[3_000_001];
    new Random(7).nextBytes(bytes);
    Files.write(tree.resolve("below/random"), bytes);
    Files.writeString(tree.resolve("text"), "to be or not to be\n".repeat(50_000));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("text"));
  }

  private Outcome dedupfs(Object... arguments) throws IOException, InterruptedException {
    return run(Built.environment(directory), home.resolve("bin/dedupfs"), arguments);
  }

  private static Outcome run(Map<String, String> environment, Object program, Object... arguments)
      throws IOException, InterruptedException {
    List<Object> line = new ArrayList<>(List.of(program));
    line.addAll(List.of(arguments));
    return Outcome.of(environment, line.toArray());
  }

  private static void assertEqualTrees(Path tree, Path copy) throws Exception {
    Outcome.of(Map.of(), "diff", "-r", "--no-dereference", tree, copy).endsQuietly();
  }

  @Test
  void it_keeps_a_tree_and_gives_it_back_without_a_word_on_the_terminal() throws Exception {
    assertThat(dedupfs("version").endsQuietly().out()).isEqualTo("dedupfs " + Built.VERSION + "\n");
    dedupfs("create", store).endsQuietly();
    dedupfs("import", store, tree).endsQuietly();
    // With another library.
    dedupfs("import", "-o", "compression=lz4", store, tree.resolve("text")).endsQuietly();
    dedupfs("scrub", store).endsQuietly();
    dedupfs("export", store, "/tree", directory.resolve("copy")).endsQuietly();
    assertEqualTrees(tree, directory.resolve("copy"));
  }

  @Test
  void it_starts_by_any_link_and_archives_classes_beside_itself_once() throws Exception {
    Path bin = Files.createDirectory(directory.resolve("it's a bin"));
    Files.createSymbolicLink(bin.resolve("one"), home.resolve("bin/dedupfs"));
    Path link = Files.createSymbolicLink(bin.resolve("two"), Path.of("one"));
    Map<String, String> environment = new HashMap<>(Built.environment(directory));
    run(environment, link, "--version").endsQuietly();
    List<Path> archives = archives(app);
    assertThat(archives).hasSize(1);
    assertThat(archives.get(0)).isNotEmptyFile();
    assertThat(directory.resolve(".cache")).doesNotExist();

    Path log = directory.resolve("classes.log");
    environment.put("DEDUPFS_JAVA_OPTS", "-Xlog:class+load:file=" + log);
    Object written = Files.getLastModifiedTime(archives.get(0));
    run(environment, link, "--version").endsQuietly();
    assertThat(Files.getLastModifiedTime(archives.get(0))).isEqualTo(written);
    assertThat(Files.readAllLines(log))
        .filteredOn(line -> line.contains(" org.dedupfs.command.Main "))
        .hasSize(1)
        .allMatch(line -> line.contains("source: shared objects file"));
  }

  @Test
  void it_starts_through_a_link_to_its_directory() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("bin"), home.resolve("bin"));
    run(Built.environment(directory), link.resolve("dedupfs"), "--version").endsQuietly();
  }

  @Test
  void it_runs_in_a_place_whose_name_is_not_plain() throws Exception {
    Path place = Files.createDirectory(directory.resolve("it's a place"));
    Outcome.of(Map.of(), "cp", "-r", home, place).endsQuietly();
    Path program = place.resolve(home.getFileName()).resolve("bin/dedupfs");
    run(Built.environment(directory), program, "create", store).endsQuietly();
    run(Built.environment(directory), program, "import", "-q", store, tree).endsQuietly();
  }

  /** What it has said since it went to the background. */
  private String mountLog() throws IOException {
    Path log = store.resolve("mount.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  private static List<Path> archives(Path place) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(place, "classes-*")) {
      all.forEach(found::add);
    }
    return found;
  }

  /** As somebody who may not write where it lies. */
  private Outcome asNobody(Object... arguments) throws IOException, InterruptedException {
    List<Object> line = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
      line.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
    } else {
      Files.setPosixFilePermissions(app, PosixFilePermissions.fromString("r-xr-xr-x"));
    }
    line.add(home.resolve("bin/dedupfs"));
    line.addAll(List.of(arguments));
    return Outcome.of(Built.environment(directory), line.toArray());
  }

  @Test
  void who_may_not_write_there_has_an_archive_of_his_own_that_is_made_anew_for_a_new_build()
      throws Exception {
    List<Path> shared = archives(app);
    for (Path each : shared) {
      Files.delete(each);
    }
    try {
      asNobody("version").endsQuietly();
      assertThat(archives(app)).isEmpty();
      Path own = onlyEntry(directory.resolve(".cache/dedupfs"));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
          .isEqualTo("rwx------");
      Path first = archives(own).get(0);
      assertThat(first).isNotEmptyFile();
      Path earlier = first.resolveSibling(first.getFileName() + "0");
      Files.move(first, earlier);
      asNobody("version").endsQuietly();
      assertThat(archives(own)).containsExactly(first);
    } finally {
      Files.setPosixFilePermissions(app, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private static Path onlyEntry(Path place) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(place)) {
      return all.iterator().next();
    }
  }

  /** Who unmounts by {@code fusermount3} is not told when all is committed. */
  private void awaitClosed() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (Files.exists(store.resolve("lock.owner"))) {
      assertThat(System.nanoTime()).as("the store is closed").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Test
  void a_mount_does_not_miss_the_files_it_was_started_from() throws Exception {
    Path mountPoint = Files.createDirectory(directory.resolve("mount"));
    Map<String, String> environment = Built.environment(directory);
    dedupfs("create", store).endsQuietly();
    run(environment, home.resolve("sbin/mount.dedup"), store, mountPoint, "-o", "compression=lz4")
        .endsQuietly();
    try {
      // As an update of a package does: the files there are none of those of this process.
      Path aside = Files.move(app, app.resolveSibling("aside"));
      try {
        Outcome.of(Map.of(), "cp", "-r", tree, mountPoint).endsQuietly();
        assertEqualTrees(tree, mountPoint.resolve("tree"));
        // Its work ends with the last commit, and its life.
        Outcome.of(Map.of(), "fusermount3", "-u", mountPoint).endsQuietly();
      } finally {
        Files.move(aside, app);
      }
    } finally {
      Outcome.of(Map.of(), "umount", "-l", mountPoint);
    }
    awaitClosed();
    assertThat(mountLog()).doesNotContain("Exception", "Error");
    dedupfs("export", store, "/tree", directory.resolve("copy")).endsQuietly();
    assertEqualTrees(tree, directory.resolve("copy"));
  }

  @Test
  void benchmark_is_one_of_its_verbs() throws Exception {
    Path results = directory.resolve("results");
    // In memory: how fast the disk is, is not what is tested.
    Path memory = Files.createTempDirectory(Path.of("/dev/shm"), "dedupfs-test");
    try {
      Outcome outcome =
          dedupfs(
              "benchmark",
              "--only",
              "read-warm",
              "--size",
              "1M",
              "--rounds",
              "1",
              "--store",
              memory,
              "--output",
              results);
      assertThat(outcome.endsQuietly().out()).contains("read-warm");
    } finally {
      Outcome.of(Map.of(), "rm", "-r", memory).endsQuietly();
    }
    assertThat(results.resolve("results.json")).isNotEmptyFile();
  }

  @Test
  void libraries_lie_beside_the_jars_and_not_in_them() throws Exception {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(app.resolve("lib"), "*.jar")) {
      for (Path jar : jars) {
        try (ZipFile open = new ZipFile(jar.toFile())) {
          assertThat(open.stream().filter(LeanJars::isLibrary)).as(jar.toString()).isEmpty();
        }
      }
    }
    try (DirectoryStream<Path> libraries = Files.newDirectoryStream(app.resolve("native"))) {
      assertThat(libraries)
          .extracting(each -> each.getFileName().toString().replaceFirst("[-0-9.].*", ""))
          .containsExactlyInAnyOrder(
              "libjffi", "liblz", "librocksdbjni", "libsqlitejdbc", "libzstd");
    }
    for (String type : List.of("tar.gz", "zip")) {
      assertThat(Files.size(Built.archive(type))).isLessThan(LARGEST_BYTES);
    }
  }

  @Test
  void lean_jars_have_all_else_unchanged() throws Exception {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(Built.jars(), "*jni-*.jar")) {
      for (Path jar : jars) {
        Path whole = directory.resolve(jar.getFileName() + ".whole");
        Path lean = directory.resolve(jar.getFileName() + ".lean");
        Outcome.of(Map.of(), "unzip", "-q", jar, "-d", whole).endsQuietly();
        Outcome.of(
                Map.of(), "unzip", "-q", app.resolve("lib").resolve(jar.getFileName()), "-d", lean)
            .endsQuietly();
        Outcome difference = Outcome.of(Map.of(), "diff", "-r", whole, lean);
        assertThat(difference.out().lines()).isNotEmpty().allMatch(line -> line.startsWith("Only"));
      }
    }
  }

  @Test
  void it_has_a_page_for_every_verb_and_words_for_every_shell() throws Exception {
    Path share = home.resolve("share");
    Path pages = directory.resolve("pages");
    dedupfs("man", "--directory", pages).endsQuietly();
    Outcome.of(Map.of(), "diff", "-r", pages, share.resolve("man")).endsQuietly();
    assertThat(share.resolve("man/man1/dedupfs-benchmark.1")).isNotEmptyFile();
    Path bash = share.resolve("bash-completion/completions/dedupfs");
    String loaded = "set -eu; . \"$1\"; complete -p dedupfs";
    assertThat(Outcome.of(Map.of(), "bash", "-c", loaded, "bash", bash).endsQuietly().out())
        .isEqualTo("complete -o default -F _dedupfs dedupfs\n");
    assertThat(share.resolve("zsh/site-functions/_dedupfs")).content().contains("benchmark");
    assertThat(share.resolve("fish/vendor_completions.d/dedupfs.fish"))
        .content()
        .contains("benchmark");
    assertThat(List.of("README.md", "LICENSE", "SECURITY.md"))
        .allMatch(name -> Files.exists(home.resolve(name)));
  }

  @Test
  void another_machine_is_told_what_it_lacks() throws Exception {
    Path other = directory.resolve("other");
    Outcome.of(Map.of(), "cp", "-r", home, other).endsQuietly();
    Path build = other.resolve("lib/dedupfs/build.sh");
    Files.writeString(
        build,
        Files.readString(build)
            .replaceAll("built_for=.*", "built_for=linux-other")
            .replaceAll("loader=.*", "loader=/no/such"));
    Outcome outcome = run(Built.environment(directory), other.resolve("bin/dedupfs"), "version");
    assertThat(outcome.ends(1).err()).startsWith("dedupfs: the libraries in ").hasLineCount(1);
  }
}
