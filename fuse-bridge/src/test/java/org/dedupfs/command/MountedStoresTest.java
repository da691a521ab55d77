package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dedupfs.host.HostPath;
import org.dedupfs.host.MountTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MountedStoresTest {
  @TempDir Path directory;

  private static MountTable table(String... lines) {
    return MountTable.parse(String.join("\n", lines).getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void a_mount_point_stands_for_its_store() {
    MountTable mounts =
        table(
            "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw",
            "40 22 0:50 / /mnt rw,nosuid shared:7 master:3 - fuse.dedup /srv/store rw,user_id=0",
            "41 22 0:51 / /other rw - fuse.sshfs /srv/other rw");
    assertThat(MountedStores.at(Path.of("/mnt"), mounts)).contains(Path.of("/srv/store"));
    assertThat(MountedStores.at(Path.of("/x/../mnt/."), mounts)).contains(Path.of("/srv/store"));
    assertThat(MountedStores.at(Path.of("/mnt/below"), mounts)).isEmpty();
    assertThat(MountedStores.at(Path.of("/other"), mounts)).isEmpty();
    assertThat(MountedStores.at(Path.of("/srv/store"), mounts)).isEmpty();
  }

  @Test
  void blanks_backslashes_and_any_bytes_arrive() {
    MountTable mounts =
        table("40 22 0:50 / /a\\040b rw - fuse.dedup /s\\134040\\011\\012\\043\u00ff rw");
    byte[] expected = "/s\\040\t\n#\u00ff".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(MountedStores.at(Path.of("/a b"), mounts).map(HostPath::toBytes)).contains(expected);
  }

  @Test
  void of_several_mounts_at_one_place_the_last_counts() {
    MountTable mounts =
        table(
            "40 22 0:50 / /mnt rw - fuse.dedup /first rw",
            "41 40 0:51 / /mnt rw - fuse.dedup /second rw");
    assertThat(MountedStores.at(Path.of("/mnt"), mounts)).contains(Path.of("/second"));
  }

  @Test
  void links_lead_to_a_mount_point() throws IOException {
    Path point = Files.createDirectory(directory.toRealPath().resolve("point"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), point);
    MountTable mounts = table("40 22 0:50 / " + point + " rw - fuse.dedup /s rw");
    assertThat(MountedStores.at(link, mounts)).contains(Path.of("/s"));
    assertThat(MountedStores.at(directory.resolve("point"), mounts)).contains(Path.of("/s"));
  }

  @Test
  void the_table_of_this_process_can_be_read() {
    assertThat(MountedStores.at(directory)).isEmpty();
  }
}
