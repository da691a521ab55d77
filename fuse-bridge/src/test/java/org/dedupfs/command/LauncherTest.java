package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The scripts that start the command, those of the sources and of the distribution, with a Java and
 * a Maven that only say what they were asked for.
 */
final class LauncherTest extends CommandFixture {
  private static final int NOBODY = 65_534;
  private static final boolean IS_ROOT = "root".equals(System.getProperty("user.name"));
  private static final FileTime OLD = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
  private static final String MAVEN =
      """
      while [ "$1" != -f ]; do shift; done
      cd "${2%/*}"
      mkdir -p fuse-bridge/target/launcher/lib benchmarks/target/launcher provider/target/launcher
      touch fuse-bridge/target/launcher/dedupfs.jar fuse-bridge/target/launcher/lib/one.jar
      touch benchmarks/target/launcher/dedupfs-benchmarks-1.jar
      """;

  private Path programs;
  private Path java;
  private Path home;
  private Path work;
  private Path installed;

  @BeforeEach
  void layOut() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    programs = Files.createDirectory(directory.resolve("programs"));
    java = Files.createDirectories(directory.resolve("java/bin")).getParent();
    Files.writeString(java.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
    script(java.resolve("bin/java"), "echo \"java $*\"\n");
    script(java.resolve("bin/javac"), "exit 1\n");
    script(programs.resolve("mvn"), MAVEN);
    home = Files.createDirectory(directory.resolve("home"));
    work = home.resolve("target/launcher");
    installed = directory.resolve("installed");
    for (String each : List.of("provider", "fuse-bridge", "benchmarks")) {
      Files.createDirectories(home.resolve(each).resolve("src/main"));
      Files.createFile(home.resolve(each).resolve("pom.xml"));
    }
    Files.createFile(home.resolve("pom.xml"));
    Path tools = Files.createDirectory(home.resolve("tools"));
    Path app = Files.createDirectories(installed.resolve("lib/dedupfs"));
    for (String each : List.of("java.sh", "start.sh", "packages.sh")) {
      Files.copy(Path.of("../tools", each), tools.resolve(each));
      Files.copy(Path.of("../tools", each), app.resolve(each));
    }
    Files.writeString(tools.resolve("libraries.sh"), "unpack_libraries() { :; }\n");
    Files.copy(Path.of("../dedupfs"), home.resolve("dedupfs"));
    Path bin = Files.createDirectory(installed.resolve("bin"));
    Files.copy(Path.of("../dist/src/main/scripts/dedupfs"), bin.resolve("dedupfs"));
    Files.writeString(
        app.resolve("build.sh"), "build=one\nbuilt_for=any\nloader=/\narchives=$app\n");
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\nset -eu\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Outcome start(Path program, String verb) throws Exception {
    return start(List.of(), program, verb);
  }

  private Outcome start(List<String> by, Path program, String verb) throws Exception {
    String path = programs + ":/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
    List<String> line = new ArrayList<>(by);
    line.addAll(List.of("env", "-i", "PATH=" + path, "HOME=" + directory, "JAVA_HOME=" + java));
    return runApart(line, "sh", program, verb);
  }

  /** As somebody whom permissions concern. */
  private Outcome startAsOwner(Path program, String verb) throws Exception {
    return start(
        IS_ROOT
            ? List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups")
            : List.of(),
        program,
        verb);
  }

  /** All below is of that somebody, whose sources root works with. */
  private static void giveAway(Path tree) throws Exception {
    if (IS_ROOT) {
      runApart(List.of("chown", "-R", NOBODY + ":" + NOBODY, tree.toString())).ends(ExitCode.DONE);
    }
  }

  /** Not for who owns what is around it; root does not ask. */
  private static void keepForRoot(Path file, String permissions) throws Exception {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    if (IS_ROOT) {
      runApart(List.of("chown", "0:0", file.toString())).ends(ExitCode.DONE);
    }
  }

  private Path build(String name) throws IOException {
    Path app = Files.createDirectories(work.resolve(name));
    Files.createFile(app.resolve("in-use"));
    Files.createFile(app.resolve("dedupfs.jar"));
    Files.writeString(work.resolve("current"), name + "\n");
    return app;
  }

  /** What a start does that builds at the same time, when it is done. */
  private String anotherBuild(Path old) {
    return """
        if mkdir %1$s/build-2 2>/dev/null; then
          touch %1$s/build-2/in-use %1$s/build-2/dedupfs.jar
          echo build-2 >%1$s/current
          flock -n %2$s/in-use rm -rf %2$s || :
        fi
        """
        .formatted(work, old);
  }

  private static void assertStarts(Outcome outcome, Path app) {
    outcome.ends(ExitCode.DONE);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).startsWith("java ").contains("-jar " + app + "/dedupfs.jar version");
  }

  @Test
  void an_archive_whose_lock_cannot_be_opened_is_done_without() throws Exception {
    Path app = build("build-1");
    Files.createDirectory(app.resolve("archive.lock"));
    assertStarts(start(home.resolve("dedupfs"), "version"), app);

    Path lib = installed.resolve("lib/dedupfs");
    Files.createDirectory(lib.resolve("archive.lock"));
    Outcome outcome = start(installed.resolve("bin/dedupfs"), "version");
    assertStarts(outcome, lib);
    // The one of the user takes its place.
    assertThat(outcome.out()).contains("=" + directory + "/.cache/dedupfs/");
  }

  @Test
  void a_lock_that_root_left_in_a_directory_of_a_user_does_not_keep_him_out() throws Exception {
    Path lib = installed.resolve("lib/dedupfs");
    Path lock = Files.createFile(lib.resolve("archive.lock"));
    giveAway(installed);
    keepForRoot(lock, "r--r--r--");
    assertStarts(startAsOwner(installed.resolve("bin/dedupfs"), "version"), lib);
  }

  @Test
  void the_distribution_starts_through_a_link_to_its_directory() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("bin"), installed.resolve("bin"));
    assertStarts(start(link.resolve("dedupfs"), "version"), installed.resolve("lib/dedupfs"));
  }

  @Test
  void a_build_is_not_removed_while_packages_are_installed() throws Exception {
    Path app = build("build-1");
    script(programs.resolve("ldconfig"), anotherBuild(app) + "echo libfuse.so.2 '(so)'\n");
    script(programs.resolve("fusermount"), "");
    Outcome outcome = start(home.resolve("dedupfs"), "mount");
    assertThat(work.resolve("build-2")).exists();
    outcome.ends(ExitCode.DONE);
    assertThat(outcome.out()).contains("-jar " + app + "/dedupfs.jar mount");
    assertThat(app.resolve("dedupfs.jar")).exists();
  }

  @Test
  void a_build_that_is_gone_when_it_is_to_be_kept_gives_way_to_the_one_after_it() throws Exception {
    Path app = build("build-1");
    script(programs.resolve("find"), anotherBuild(app));
    assertStarts(start(home.resolve("dedupfs"), "version"), work.resolve("build-2"));
    assertThat(app).doesNotExist();
  }

  @Test
  void what_root_builds_in_sources_of_somebody_else_is_theirs() throws Exception {
    giveAway(home);
    Outcome first = start(home.resolve("dedupfs"), "version").ends(ExitCode.DONE);
    assertThat(first.out()).contains("/dedupfs.jar version");
    try (Stream<Path> all = Files.walk(home)) {
      assertThat(all.filter(each -> !each.toString().contains("/build-")))
          .hasSizeGreaterThan(20)
          .allSatisfy(
              each ->
                  assertThat(Files.getOwner(each, LinkOption.NOFOLLOW_LINKS))
                      .isEqualTo(Files.getOwner(home)));
    }
    Files.setLastModifiedTime(work.resolve("current"), OLD);
    Outcome second = startAsOwner(home.resolve("dedupfs"), "version").ends(ExitCode.DONE);
    assertThat(second.err()).contains("building");
    assertThat(second.out()).isNotEqualTo(first.out());
  }

  @Test
  void a_build_that_the_user_cannot_replace_is_told_and_not_taken_for_the_newest()
      throws Exception {
    build("build-1");
    Files.setLastModifiedTime(work.resolve("current"), OLD);
    giveAway(home);
    keepForRoot(work, "r-xr-xr-x");
    try {
      Outcome outcome = startAsOwner(home.resolve("dedupfs"), "version");
      assertThat(outcome.exitCode()).as(outcome.out()).isEqualTo(1);
      outcome.saysInOneLine("sudo rm -r '" + work + "'");
    } finally {
      Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void a_lock_of_the_build_that_is_not_the_users_is_told() throws Exception {
    build("build-1");
    Files.setLastModifiedTime(work.resolve("current"), OLD);
    Path lock = Files.createFile(work.resolve("lock"));
    giveAway(home);
    keepForRoot(lock, "r--r--r--");
    Outcome outcome = startAsOwner(home.resolve("dedupfs"), "version");
    assertThat(outcome.exitCode()).as(outcome.out()).isEqualTo(1);
    outcome.saysInOneLine("sudo rm -r '" + lock + "'");
  }
}
