package org.dedupfs.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.dedupfs.host.MountEntry;
import org.dedupfs.host.MountTable;
import org.junit.jupiter.api.Test;

final class StoreMountsTest {
  private static final MountTable TABLE =
      MountTable.parse(
          """
          31 22 0:57 / /mnt/first rw - fuse.dedup /srv/store rw
          33 22 0:59 / /mnt/other rw - fuse.sshfs /srv/store rw
          34 22 0:60 / /mnt/second rw - fuse.dedup /srv/store ro
          35 22 0:61 / /mnt/third rw - fuse.dedup /srv/store2 rw
          """
              .getBytes(StandardCharsets.US_ASCII));

  @Test
  void another_that_has_got_the_number_of_a_device_that_is_gone_is_not_the_same() {
    MountEntry gone = TABLE.entries().get(0);
    MountTable later =
        MountTable.parse(
            """
            31 22 0:57 / /mnt/later rw - fuse.dedup /srv/other rw
            32 22 0:57 / /mnt/tmp rw - tmpfs /srv/store rw
            """
                .getBytes(StandardCharsets.US_ASCII));
    assertThat(StoreMounts.elsewhere(gone, later)).isEmpty();
    assertThat(StoreMounts.elsewhere(gone, TABLE)).containsExactly(gone);
  }

  @Test
  void all_mounts_of_a_store_are_found_and_none_of_others() {
    assertThat(StoreMounts.of(Path.of("/srv/store"), TABLE))
        .extracting(MountEntry::device)
        .containsExactly("0:57", "0:60");
    assertThat(StoreMounts.of(Path.of("/srv"), TABLE)).isEmpty();
    assertThat(TABLE.entries()).filteredOn(StoreMounts::isStore).hasSize(3);
  }
}
