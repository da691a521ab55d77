package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostAccountsTest {
  @TempDir Path directory;
  private Path file;
  private HostAccounts accounts;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(directory.resolve("passwd"), "root:x:0:0:root:/root:/bin/sh\n");
    accounts = new HostAccounts(file);
  }

  @Test
  void names_and_numbers_belong_together() {
    assertThat(accounts.name(0)).isEqualTo("root");
    assertThat(accounts.id("root")).hasValue(0);
  }

  @Test
  void an_unknown_number_is_its_own_name() {
    assertThat(accounts.name(5)).isEqualTo("5");
    assertThat(accounts.name(-1)).isEqualTo("4294967295");
    assertThat(accounts.id("5")).hasValue(5);
    assertThat(accounts.id("4294967295")).hasValue(-1);
    assertThat(accounts.id("4294967296")).isEmpty();
    assertThat(accounts.id("nobody")).isEmpty();
    assertThat(accounts.id("-1")).isEmpty();
  }

  @Test
  void lines_that_are_no_accounts_are_passed_over_and_the_first_name_wins() throws IOException {
    Files.writeString(file, "+::::::\n\nbroken\na:x:7:\nb:x:7:\n:x:8:\nc:x:nine:\n");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    assertThat(accounts.name(7)).isEqualTo("a");
    assertThat(accounts.id("b")).hasValue(7);
    assertThat(accounts.name(8)).isEqualTo("8");
    assertThat(accounts.id("c")).isEmpty();
  }

  @Test
  void a_change_is_seen() throws IOException {
    assertThat(accounts.id("new")).isEmpty();
    Files.writeString(file, "new:x:9:9::/:/bin/sh\n");
    Files.setLastModifiedTime(file, FileTime.fromMillis(2));
    assertThat(accounts.id("new")).hasValue(9);
    assertThat(accounts.id("root")).isEmpty();
  }

  @Test
  void without_the_file_numbers_do() throws IOException {
    HostAccounts none = new HostAccounts(directory.resolve("none"));
    assertThat(none.name(0)).isEqualTo("0");
    assertThat(none.id("0")).hasValue(0);
    assertThat(none.id("root")).isEmpty();
  }
}
