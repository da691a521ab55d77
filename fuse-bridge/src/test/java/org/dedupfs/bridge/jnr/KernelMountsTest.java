package org.dedupfs.bridge.jnr;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class KernelMountsTest {
  private static final KernelMounts TABLE =
      KernelMounts.parse(
          """
          22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
          40 22 0:50 / /mnt/a\\040b\\134c\u00ff rw - fuse.dedup /srv/store rw
          41 40 0:51 / /mnt/a\\040b\\134c\u00ff rw - tmpfs tmpfs rw
          42 22 0:52 / /mnt/a\\040b rw - tmpfs tmpfs rw
          """
              .getBytes(ISO_8859_1));

  private static byte[] path(String text) {
    return text.getBytes(ISO_8859_1);
  }

  @Test
  void the_last_mount_at_a_place_is_what_its_path_leads_to() {
    byte[] covered = path("/mnt/a b\\c\u00ff");
    assertThat(TABLE.top(covered).device()).isEqualTo("0:51");
    assertThat(TABLE.contains(covered, "0:50")).isTrue();
    assertThat(TABLE.contains(covered, "0:52")).isFalse();
    assertThat(TABLE.top(path("/mnt/a"))).isNull();
  }
}
