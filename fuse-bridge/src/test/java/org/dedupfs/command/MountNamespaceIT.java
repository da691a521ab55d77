package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What needs a machine of another make: users other than root, helpers in {@code /sbin}. Each runs
 * in a mount namespace of its own, so that this one stays as it is. The launcher starts what runs
 * there, as for a user.
 */
final class MountNamespaceIT extends MountFixture {
  /** The kernel's nobody. */
  private static final int USER = 65534;

  /** Lets everybody mount, as on Debian. */
  private static final String OPEN_DEVICE =
      """
      mknod "$D/fuse" c 10 229
      chmod 666 "$D/fuse"
      mount --bind "$D/fuse" /dev/fuse
      """;

  /** A directory of links in place of /sbin, so that names can be added. */
  private static final String OWN_SBIN =
      """
      sbin=$(readlink -f /sbin)
      mkdir "$D/sbin"
      mount --bind "$sbin" "$D/sbin"
      mount -t tmpfs none "$sbin"
      ln -s "$D"/sbin/* "$sbin"
      helper=$(readlink -f "$H")
      ln -s "$helper" /sbin/mount.dedup
      ln -s "$helper" /sbin/mount.fuse.dedup
      """;

  private Path launcher;

  @BeforeEach
  void open_the_directory() throws Exception {
    launcher = Path.of("..", "dedupfs").toRealPath();
    assertThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
        .as("run this test as root: sudo ./test")
        .isEqualTo(0);
    // Builds, if need be, what an ordinary user may not.
    runApart(List.of(launcher.toString()), "--version").ends(ExitCode.DONE);
    for (Path way = directory.toRealPath(); way.getNameCount() > 1; way = way.getParent()) {
      Files.setPosixFilePermissions(way, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    for (Path own : List.of(mountPoint, Files.createDirectory(directory.resolve("own")))) {
      Files.setAttribute(own, "unix:uid", USER);
      Files.setAttribute(own, "unix:gid", USER);
    }
  }

  private Outcome inNamespace(String script) throws Exception {
    List<String> line = new ArrayList<>(List.of("env", "D=" + directory.toRealPath()));
    line.add("L=" + launcher);
    line.add("H=" + Path.of("src", "main", "scripts", "mount.dedup").toRealPath());
    line.add("U=setpriv --reuid=" + USER + " --regid=" + USER + " --clear-groups --");
    line.addAll(List.of("unshare", "-m", "sh", "-euc", script, "sh"));
    return runApart(line);
  }

  @Test
  void an_ordinary_user_mounts_and_unmounts() throws Exception {
    Outcome outcome =
        inNamespace(
            OPEN_DEVICE
                + """
                $U "$L" create -q "$D/own/store"
                $U "$L" mount "$D/own/store" "$D/mnt"
                $U sh -c 'echo mine > "$D/mnt/file"; stat -c %u "$D/mnt/file"'
                # The kernel lets nobody else in, not even root.
                ! cat "$D/mnt/file" 2>/dev/null
                $U "$L" umount "$D/mnt"
                test ! -e "$D/own/store/lock.owner"
                $U "$L" cat "$D/own/store" /file
                """);
    outcome.ends(ExitCode.DONE);
    assertThat(outcome.out()).isEqualTo(USER + "\nmine\n");
  }

  /** By way of fusermount, which takes the words of a mount apart on its own. */
  @Test
  void an_ordinary_user_may_have_blanks_commas_and_newlines_in_paths() throws Exception {
    Outcome outcome =
        inNamespace(
            OPEN_DEVICE
                + """
                N=$(printf ' a,b=\\\\c\\\\040\\td\\ne')
                $U mkdir "$D/own/place$N"
                $U "$L" create -q "$D/own/store$N"
                $U "$L" mount "$D/own/store$N" "$D/own/place$N"
                $U sh -c 'echo mine > "$1/file"' sh "$D/own/place$N"
                $U "$L" ls "$D/own/place$N"
                kill -9 $(cat "$D/own/store$N/lock.owner")
                $U "$L" mount "$D/own/store$N" "$D/own/place$N"
                $U "$L" umount "$D/own/place$N"
                test ! -e "$D/own/store$N/lock.owner"
                ls "$D/own" | wc -l
                """);
    outcome.ends(ExitCode.DONE);
    // Two names, each with a newline in it; that of the file.
    assertThat(outcome.out()).isEqualTo("file\n4\n");
  }

  @Test
  void an_ordinary_user_cleans_what_a_killed_process_left_and_root_does_too() throws Exception {
    Outcome outcome =
        inNamespace(
            OPEN_DEVICE
                + """
                $U "$L" create -q "$D/own/store"
                $U "$L" mount "$D/own/store" "$D/mnt"
                kill -9 $(cat "$D/own/store/lock.owner")
                $U "$L" mount "$D/own/store" "$D/mnt"
                kill -9 $(cat "$D/own/store/lock.owner")
                "$L" umount "$D/mnt" 2>&1
                ! grep "$D/mnt" /proc/self/mountinfo
                """);
    outcome.ends(ExitCode.DONE);
    assertThat(outcome.out()).contains("cleaned");
  }

  @Test
  void an_ordinary_user_is_told_what_root_has_to_allow() throws Exception {
    Outcome outcome =
        inNamespace(
            """
            mknod "$D/fuse" c 10 229
            chmod 600 "$D/fuse"
            mount --bind "$D/fuse" /dev/fuse
            $U "$L" create -q "$D/own/store"
            ! $U "$L" mount "$D/own/store" "$D/mnt"
            chmod 666 /dev/fuse
            echo > "$D/fuse.conf"
            mount --bind "$D/fuse.conf" /etc/fuse.conf
            ! $U "$L" mount --allow-other "$D/own/store" "$D/mnt"
            echo user_allow_other > "$D/fuse.conf"
            $U "$L" mount --allow-other "$D/own/store" "$D/mnt"
            cat "$D/mnt/none" 2>&1 || $U "$L" umount "$D/mnt"
            umount /dev/fuse
            touch "$D/nothing"
            mount --bind "$D/nothing" /dev/fuse
            ! "$L" mount "$D/own/store" "$D/mnt"
            """);
    outcome.ends(ExitCode.DONE);
    assertThat(outcome.err().lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("run as root: chmod 666 /dev/fuse"),
            line -> assertThat(line).contains("echo user_allow_other >> /etc/fuse.conf"),
            line -> assertThat(line).contains("no log is kept there"),
            line -> assertThat(line).contains("/dev/fuse"));
    assertThat(outcome.out()).contains("No such file");
  }

  @Test
  void root_lets_others_in_only_if_asked_and_as_modes_say() throws Exception {
    Outcome outcome =
        inNamespace(
            """
            "$L" mount "$D/store" "$D/mnt"
            echo text > "$D/mnt/file"
            ! $U cat "$D/mnt/file" 2>/dev/null
            "$L" umount "$D/mnt"
            "$L" mount --allow-other "$D/store" "$D/mnt"
            $U cat "$D/mnt/file"
            ! $U touch "$D/mnt/other" 2>/dev/null
            chmod 600 "$D/mnt/file"
            ! $U cat "$D/mnt/file" 2>/dev/null
            "$L" umount "$D/mnt"
            """);
    assertThat(outcome.ends(ExitCode.DONE).out()).isEqualTo("text\n");
  }

  @Test
  void umount_waits_for_a_process_that_it_cannot_see() throws Exception {
    Outcome outcome =
        inNamespace(
            """
            apart() {
              unshare -p -f sh -euc 'mount -t proc proc /proc; "$@"' sh "$@"
            }
            "$L" mount --commit-interval 1h "$D/store" "$D/mnt"
            echo text > "$D/mnt/file"
            apart "$L" umount "$D/mnt"
            umount /proc
            test ! -e "$D/store/mount.record"
            "$L" cat "$D/store" /file
            "$L" mount "$D/store" "$D/mnt"
            server=$(cat "$D/store/lock.owner")
            kill -STOP "$server"
            ! apart "$L" umount --wait 0 "$D/mnt"
            umount /proc
            kill -KILL "$server"
            """);
    assertThat(outcome.ends(ExitCode.DONE).out()).isEqualTo("text\n");
    assertThat(outcome.err()).contains("cannot be seen from here", "has not closed the store yet");
  }

  @Test
  void root_keeps_no_log_where_another_user_could_plant_a_link() throws Exception {
    Outcome outcome =
        inNamespace(
            OPEN_DEVICE
                + """
                $U "$L" create -q "$D/own/store"
                echo precious > "$D/target"
                $U ln -s "$D/target" "$D/own/store/mount.log"
                "$L" mount -v "$D/own/store" "$D/mnt"
                "$L" umount "$D/mnt"
                $U rm "$D/own/store/mount.log"
                "$L" mount -v "$D/own/store" "$D/mnt"
                "$L" umount "$D/mnt"
                test ! -e "$D/own/store/mount.log"
                cat "$D/target"
                """);
    assertThat(outcome.ends(ExitCode.DONE).out()).isEqualTo("precious\n");
    assertThat(outcome.err()).contains("others may write to");
  }

  @Test
  void the_demonstration_goes_on_where_nothing_can_be_mounted() throws Exception {
    Files.writeString(Files.createDirectory(directory.resolve("tree")).resolve("file"), "text");
    Outcome outcome =
        inNamespace(
            """
            touch "$D/nothing"
            mount --bind "$D/nothing" /dev/fuse
            "$L" demo --temporary "$D/own" "$D/tree"
            """);
    assertThat(outcome.ends(ExitCode.DONE).out().lines())
        .filteredOn(line -> line.startsWith("no mount here: "))
        .singleElement()
        .asString()
        .contains("/dev/fuse");
    assertThat(directory.resolve("own")).isEmptyDirectory();
  }

  @Test
  void mount_umount_and_fstab_know_the_type() throws Exception {
    Outcome outcome =
        inNamespace(
            OWN_SBIN
                + """
                store=$D/store
                "$H" -s -- "$store" "$D/mnt"
                "$L" umount "$D/mnt"
                mount -t dedup "$store" "$D/mnt"
                echo 1 > "$D/mnt/file"
                "$L" umount "$D/mnt"
                mount -t fuse.dedup -o ro,allow_other "$store" "$D/mnt"
                cat "$D/mnt/file"
                ! touch "$D/mnt/other" 2>/dev/null
                umount "$D/mnt"
                ln -s "$helper" /sbin/umount.fuse.dedup
                echo "$store $D/mnt fuse.dedup defaults,nofail,x-test.me,memory=128m,commit=1 0 0" \
                  > "$D/fstab"
                mount -a -T "$D/fstab"
                mount -a -T "$D/fstab"
                grep -c "$D/mnt" /proc/self/mountinfo
                echo 2 >> "$D/mnt/file"
                # With its own helper umount, too, waits for the last commit.
                umount "$D/mnt"
                test ! -e "$store/lock.owner"
                mount -f -t dedup "$store" "$D/mnt"
                ! grep "$D/mnt" /proc/self/mountinfo
                ! mount -t dedup -o surprise "$store" "$D/mnt" 2>/dev/null
                mount -s -t dedup -o surprise "$store" "$D/mnt"
                cat "$D/mnt/file"
                umount "$D/mnt"
                ! mount -t dedup "$D/none" "$D/mnt"
                """);
    outcome.ends(ExitCode.DONE);
    assertThat(outcome.out()).isEqualTo("1\n1\n1\n2\n");
    assertThat(outcome.err()).contains("there is no " + directory.toRealPath().resolve("none"));
  }
}
