package org.dedupfs.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example, served to the sftp of OpenSSH. */
final class SftpServerTest {
  @TempDir Path directory;

  private String run(Object... line) throws Exception {
    List<String> words = new ArrayList<>();
    for (Object each : line) {
      words.add(each.toString());
    }
    Process process =
        new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    byte[] output = process.getInputStream().readAllBytes();
    String text = new String(output, StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    return text;
  }

  private String sftp(SftpServer server, String... batch) throws Exception {
    Path commands = Files.write(directory.resolve("batch"), List.of(batch));
    List<Object> line = new ArrayList<>(List.of("sftp", "-q", "-b", commands, "-i", "key"));
    for (String option :
        List.of(
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "IdentitiesOnly=yes",
            "GlobalKnownHostsFile=/dev/null",
            "LogLevel=ERROR")) {
      line.addAll(List.of("-o", option));
    }
    line.addAll(List.of("-F", "/dev/null", "-P", server.port(), "me@127.0.0.1"));
    return run(line.toArray());
  }

  private Path file(String name, int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Files.write(directory.resolve(name), bytes);
  }

  @Test
  void openssh_puts_lists_renames_links_and_gets() throws Exception {
    run("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", "key");
    Path large = file("large", 5_000_003);
    Path store = directory.resolve("store");
    try (SftpServer server = new SftpServer(store, directory.resolve("key.pub"), 0)) {
      String listed =
          sftp(
              server,
              "mkdir /d",
              "put -p large /d/large",
              "rename /d/large /d/renamed",
              "symlink renamed /d/link",
              "chmod 640 /d/renamed",
              "ls -ln /d");
      assertThat(listed).contains("-rw-r-----", "5000003", "renamed", "link");
      sftp(server, "get /d/renamed back", "put large /d/second", "rm /d/link");
    }
    assertThat(directory.resolve("back")).hasSameBinaryContentAs(large);
    try (DedupFileSystem open = DedupFileSystems.open(store)) {
      assertThat(Files.mismatch(large, open.getPath("/d/second"))).isEqualTo(-1);
      assertThat(Files.exists(open.getPath("/d/link"), LinkOption.NOFOLLOW_LINKS)).isFalse();
      assertThat(open.statistics().dedupRatio()).isEqualTo(2.0);
    }
  }
}
