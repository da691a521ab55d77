package org.dedupfs.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Debian package, installed by dpkg below a directory: its own scripts run, what it depends on
 * is that of this host. {@code clean-debian.sh} tries the same on a system of its own.
 */
final class DebianPackageIT {
  @TempDir Path directory;

  private Path root;

  private Outcome dpkg(Object... arguments) throws IOException, InterruptedException {
    List<Object> line = new ArrayList<>(List.of("dpkg", "--root=" + root));
    line.addAll(List.of("--force-script-chrootless", "--force-depends"));
    line.addAll(List.of(arguments));
    // Of somebody who prefers another Java, which is none of the package's business.
    Map<String, String> environment = environment();
    environment.put("JAVA_HOME", directory.resolve("preferred").toString());
    environment.put("DEDUPFS_JAVA_OPTS", "-XX:+UseParallelGC");
    return Outcome.of(environment, line.toArray());
  }

  /** Where the Java of the tests is that of the system. */
  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("HOME", directory.toString());
    environment.put("PATH", directory + ":" + Outcome.PATH);
    return environment;
  }

  private Outcome call(String program, Object... arguments)
      throws IOException, InterruptedException {
    List<Object> line = new ArrayList<>(List.of(root.resolve(program)));
    line.addAll(List.of(arguments));
    return Outcome.of(environment(), line.toArray());
  }

  /** Everything below the directory but the books of dpkg. */
  private List<String> left() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(each -> !Files.isDirectory(each))
          .map(each -> root.relativize(each).toString())
          .filter(each -> !each.startsWith("var/lib/dpkg"))
          .sorted()
          .toList();
    }
  }

  @Test
  void it_holds_what_a_system_expects_where_it_expects_it() throws Exception {
    Outcome list = Outcome.of(Map.of(), "dpkg-deb", "-c", Built.debianPackage()).endsQuietly();
    List<String> lines = list.out().lines().toList();
    assertThat(lines)
        .allMatch(line -> line.matches("([-d]rwxr-xr-x|-rw-r--r--|lrwxrwxrwx) root/root .*"));
    assertThat(lines.stream().map(line -> line.substring(line.indexOf(" ./") + 2)))
        .contains(
            "/etc/dedupfs/",
            "/usr/bin/dedupfs",
            "/usr/lib/dedupfs/dedupfs.jar",
            "/usr/lib/systemd/system/dedupfs@.service",
            "/usr/sbin/mount.dedup",
            "/usr/sbin/mount.fuse.dedup -> mount.dedup",
            "/usr/sbin/umount.dedup -> mount.dedup",
            "/usr/sbin/umount.fuse.dedup -> mount.dedup",
            "/usr/share/bash-completion/completions/dedupfs",
            "/usr/share/doc/dedupfs/changelog.gz",
            "/usr/share/doc/dedupfs/copyright",
            "/usr/share/fish/vendor_completions.d/dedupfs.fish",
            "/usr/share/man/man1/dedupfs-import.1.gz",
            "/usr/share/man/man1/dedupfs.1.gz",
            "/usr/share/man/man8/mount.fuse.dedup.8.gz -> mount.dedup.8.gz",
            "/usr/share/zsh/vendor-completions/_dedupfs",
            "/var/cache/dedupfs/");
    Outcome needs =
        Outcome.of(Map.of(), "dpkg-deb", "-f", Built.debianPackage(), "Depends").endsQuietly();
    assertThat(needs.out())
        .contains("libfuse2t64 | libfuse2,", "fuse3 | fuse,", "| java17-runtime-headless");
    String holder =
        Files.readAllLines(Path.of("../LICENSE")).stream()
            .filter(line -> line.startsWith("Copyright"))
            .map(line -> line.replaceFirst("Copyright \\(c\\) [0-9]+ ", ""))
            .findFirst()
            .orElseThrow();
    assertThat(
            Outcome.of(Map.of(), "dpkg-deb", "-f", Built.debianPackage(), "Maintainer")
                .endsQuietly()
                .out())
        .as("whoever holds the rights, and an address that does not pretend to be read")
        .startsWith(holder + " <")
        .contains("@users.noreply.");
  }

  @Test
  void it_is_installed_used_replaced_and_removed_and_leaves_nothing_behind() throws Exception {
    assertThat(System.getProperty("user.name"))
        .as("dpkg installs for root only; run: sudo ./test")
        .isEqualTo("root");
    root = Files.createDirectory(directory.resolve("root"));
    Files.createDirectories(root.resolve("var/lib/dpkg/info"));
    Files.createDirectories(root.resolve("var/lib/dpkg/updates"));
    Files.createDirectories(root.resolve("var/log"));
    Files.createFile(root.resolve("var/lib/dpkg/status"));
    Path java = Path.of(System.getProperty("java.home"));
    Files.createSymbolicLink(directory.resolve("java"), java.resolve("bin/java"));
    Files.createSymbolicLink(directory.resolve("preferred"), java);

    dpkg("-i", Built.debianPackage()).ends(0);
    Path first = onlyArchive();
    assertThat(first).isNotEmptyFile();
    use();
    assertThat(onlyArchive()).isEqualTo(first);
    assertThat(directory.resolve(".cache")).doesNotExist();

    Path old = Files.writeString(first.resolveSibling(first.getFileName() + "0"), "of before");
    dpkg("-i", Built.debianPackage()).ends(0);
    assertThat(old).doesNotExist();
    assertThat(onlyArchive()).isNotEmptyFile();

    Files.writeString(root.resolve("etc/dedupfs/data.conf"), "STORE=/srv/store\n");
    Path wants =
        Files.createDirectories(root.resolve("etc/systemd/system/multi-user.target.wants"));
    Files.createSymbolicLink(wants.resolve("dedupfs@data.service"), Path.of("/usr/lib/systemd"));
    dpkg("--remove", "dedupfs").ends(0);
    assertThat(left()).containsExactly("etc/dedupfs/data.conf");
    dpkg("--purge", "dedupfs").ends(0);
    assertThat(left()).isEmpty();
    assertThat(root.resolve("usr")).doesNotExist();
    assertThat(root.resolve("var/cache")).doesNotExist();
    assertThat(root.resolve("etc/dedupfs")).doesNotExist();
    assertThat(wants).isEmptyDirectory();
  }

  private Path onlyArchive() throws IOException {
    try (Stream<Path> all = Files.list(root.resolve("var/cache/dedupfs"))) {
      List<Path> archives =
          all.filter(each -> each.getFileName().toString().startsWith("classes-")).toList();
      assertThat(archives).hasSize(1);
      return archives.get(0);
    }
  }

  private void use() throws Exception {
    Path tree = Files.createDirectory(directory.resolve("tree"));
    Files.writeString(tree.resolve("text"), "to be or not to be\n".repeat(50_000));
    Path store = directory.resolve("store");
    call("usr/bin/dedupfs", "create", store).endsQuietly();
    call("usr/bin/dedupfs", "import", store, tree).endsQuietly();
    Path mountPoint = Files.createDirectory(directory.resolve("mount"));
    call("usr/sbin/mount.fuse.dedup", store, mountPoint, "-o", "rw,noatime").endsQuietly();
    try {
      Outcome.of(Map.of(), "cp", "-r", tree, mountPoint.resolve("copy")).endsQuietly();
      call("usr/sbin/umount.fuse.dedup", mountPoint).endsQuietly();
    } finally {
      Outcome.of(Map.of(), "umount", "-l", mountPoint);
    }
    call("usr/bin/dedupfs", "export", store, "/copy", directory.resolve("copy")).endsQuietly();
    Outcome.of(Map.of(), "diff", "-r", tree, directory.resolve("copy")).endsQuietly();

    Outcome sums =
        Outcome.of(
            Map.of(),
            "sh",
            "-ec",
            "cd \"$1\" && md5sum -c --quiet \"$1\"/var/lib/dpkg/info/*.md5sums",
            "sh",
            root);
    sums.endsQuietly();
    Path unit = root.resolve("usr/lib/systemd/system/dedupfs@.service");
    assertThat(unit)
        .content()
        .contains("ExecStart=/usr/bin/dedupfs mount ")
        .doesNotContain("/usr/local");
  }
}
