package org.dedupfs.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class MountTableTest {
  private static final String LINES =
      """
      22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw
      31 22 0:57 / /mnt/a\\040b rw,nosuid,nodev shared:5 master:2 - fuse.dedup /srv/st\\134o\\054re rw,user_id=1000,group_id=100
      32 31 0:58 / /mnt/a\\040b/below rw - tmpfs tmpfs rw
      33 22 0:59 / /mnt/twice rw - fuse.sshfs host: rw,user_id=0
      34 22 0:60 / /mnt/twice rw - fuse.dedup /srv/\\303\\244 rw,user_id=0,allow_other
      """;

  private final MountTable table = MountTable.parse(LINES.getBytes(StandardCharsets.ISO_8859_1));

  @Test
  void a_mount_is_found_by_its_place() {
    MountEntry mount = table.at(Path.of("/mnt/a b")).orElseThrow();
    assertThat(mount.isFuse()).isTrue();
    assertThat(mount.device()).isEqualTo("0:57");
    assertThat(mount.owner()).isEqualTo(1000);
    assertThat(mount.ownerGroup()).isEqualTo(100);
    assertThat(mount.source()).isEqualTo(Path.of("/srv/st\\o,re"));
  }

  @Test
  void of_two_at_one_place_the_upper_counts() {
    MountEntry mount = table.at(Path.of("/mnt/twice")).orElseThrow();
    assertThat(mount.device()).isEqualTo("0:60");
    assertThat(HostPath.toBytes(mount.source()))
        .isEqualTo("/srv/ä".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_path_is_the_bytes_that_the_kernel_tells_and_no_others() {
    byte[] lines =
        bytes(
            """
            40 22 0:50 / /mnt/\\040\\011\\012\\134\\043,\u00ff\u00fe\u00e4 rw - tmpfs \\134040\u00ff rw
            41 22 0:51 / /mnt/\u00ff rw - tmpfs  rw
            42 22 0:52 / /mnt/\u00fe\\ rw - tmpfs none rw
            """);
    MountTable odd = MountTable.parse(lines);
    Path place = HostPath.of(bytes("/mnt/ \t\n\\#,\u00ff\u00fe\u00e4"));
    assertThat(odd.at(place).map(MountEntry::device)).contains("0:50");
    assertThat(HostPath.toBytes(odd.at(place).orElseThrow().source()))
        .isEqualTo(bytes("\\040\u00ff"));
    assertThat(odd.at(HostPath.of(bytes("/mnt/\u00ff"))).map(MountEntry::device)).contains("0:51");
    assertThat(odd.at(HostPath.of(bytes("/mnt/\u00fe\\"))).map(MountEntry::device))
        .contains("0:52");
    assertThat(odd.at(HostPath.of(bytes("/mnt/\u00fd")))).isEmpty();
  }

  /** One character each. */
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void what_is_covered_is_found_by_its_device() {
    assertThat(table.ofDevice("0:59"))
        .singleElement()
        .extracting(MountEntry::mountPoint)
        .isEqualTo(Path.of("/mnt/twice"));
    assertThat(table.ofDevice("0:5")).isEmpty();
  }

  @Test
  void what_is_mounted_below_is_found() {
    assertThat(table.below(Path.of("/mnt/a b")))
        .singleElement()
        .extracting(MountEntry::type)
        .isEqualTo("tmpfs");
    assertThat(table.at(Path.of("/mnt"))).isEmpty();
  }

  @Test
  void file_systems_of_processes_are_known_by_their_type() {
    assertThat(table.entries()).filteredOn(MountEntry::isFuse).hasSize(3);
  }

  @Test
  void the_real_list_can_be_read() throws Exception {
    assertThat(MountTable.read().at(Path.of("/proc")).orElseThrow().type()).isEqualTo("proc");
  }

  @Test
  void the_device_is_the_one_that_stat_tells() throws IOException {
    Path place = Path.of("/proc");
    assertThat(MountTable.read().at(place).orElseThrow().deviceNumber())
        .isEqualTo(Files.getAttribute(place, "unix:dev"));
    String line = "1 2 4660:1193046 / /m rw - fuse.dedup /s rw\n";
    MountEntry large = MountTable.parse(line.getBytes(StandardCharsets.US_ASCII)).entries().get(0);
    // What makedev(3) gives for 0x1234 and 0x123456.
    assertThat(large.deviceNumber()).isEqualTo(0x100123423456L);
  }
}
