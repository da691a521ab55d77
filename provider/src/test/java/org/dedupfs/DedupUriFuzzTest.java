package org.dedupfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;

/** Any text as a URI of a store: refused as documented, or exactly what it means. */
class DedupUriFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void any_uri_is_refused_or_comes_back(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    takes(text);
    takes("dedup:" + text);
    takes("dedup:file:///srv/store!/" + text);
    comesBack(input);
  }

  private static void takes(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      return;
    }
    DedupUri parsed;
    try {
      parsed = DedupUri.parse(uri);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("dedup:file:///srv/store!/a/b%20c");
      return;
    }
    assertThat(DedupUri.parse(parsed.toUri())).isEqualTo(parsed);
    assertThat(parsed.path()[0]).isEqualTo((byte) '/');
    for (byte b : parsed.path()) {
      assertThat(b).isNotZero();
    }
    assertThat(parsed.store()).isAbsolute();
    try {
      assertThat(Path.of(uri)).isNotNull();
    } catch (FileSystemNotFoundException e) {
      return; // it is not open
    }
  }

  /** Bytes of a path, as they are. */
  private static void comesBack(byte[] input) {
    byte[] path = new byte[input.length + 1];
    path[0] = '/';
    for (int i = 0; i < input.length; i++) {
      path[i + 1] = input[i] == 0 ? 1 : input[i];
    }
    DedupUri uri = DedupUri.of(Path.of("/srv/store"), path);
    DedupUri again = DedupUri.parse(uri.toUri());
    assertThat(again).isEqualTo(uri);
    assertThat(again.path()).isEqualTo(uri.path());
    assertThat(ByteNames.toBytes(ByteNames.toText(path))).isEqualTo(path);
  }
}
