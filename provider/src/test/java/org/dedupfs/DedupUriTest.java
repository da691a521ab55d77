package org.dedupfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DedupUriTest {

  private static DedupUri parse(String uri) {
    return DedupUri.parse(URI.create(uri));
  }

  @ParameterizedTest
  @CsvSource({
    "dedup:file:///srv/store!/a/b%20c, /srv/store, /a/b c",
    "dedup:/srv/store!/a, /srv/store, /a",
    "dedup:file:///srv/store, /srv/store, /",
    "dedup:/srv/store, /srv/store, /",
    "dedup:/srv/store!/, /srv/store, /",
    "DEDUP:FILE:///srv/store!/a, /srv/store, /a",
    "dedup:file:///srv/st%21ore!/a, /srv/st!ore, /a",
    "dedup:file:///srv/st!ore!/a, /srv/st!ore, /a",
    "dedup:/srv/store!/a!/b!, /srv/store, /a!/b!",
    "dedup:/srv/store!/a//b/, /srv/store, /a/b",
    "dedup:/srv//store/!/a, /srv/store, /a",
    "dedup:/srv/store!/a/../b, /srv/store, /a/../b",
    "dedup:/srv/store!/%3F%23, /srv/store, /?#",
    "dedup:file:///srv/100%25, /srv/100%, /",
    "dedup:file:///srv/%2525, /srv/%25, /",
    "dedup:/srv/store!/b\u00FCro, /srv/store, /b\u00FCro",
  })
  void the_grammar_is_read(String uri, String store, String path) {
    DedupUri parsed = parse(uri);
    assertThat(ByteNames.toText(parsed.path())).isEqualTo(path);
    assertThat(parsed.store()).isEqualTo(Path.of(store));
    assertThat(parsed.isRoot()).isEqualTo(path.equals("/"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///srv/store",
        "dedup:store",
        "dedup:file:store",
        "dedup:file:/srv/store",
        "dedup:file://host/srv/store",
        "dedup://host/srv/store",
        "dedup:////srv/store",
        "dedup:/srv/store?x",
        "dedup:/srv/store!/a?x",
        "dedup:file:///srv/store!/a?x",
        "dedup:/srv/store!/a#x",
        "dedup:file:///srv/store!/a#x",
        "dedup:/srv/store!/a%00",
        "dedup:/srv/st%00ore!/a",
        "dedup:/srv/store!/a%2Fb",
        "dedup:/srv/store!/a%2fb",
        "dedup:/srv%2Fstore",
        "dedup:http:///srv/store",
      })
  void what_is_outside_the_grammar_is_refused_with_an_example(String uri) {
    assertThatThrownBy(() -> parse(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(uri)
        .hasMessageContaining("dedup:file:///srv/store!/a/b%20c");
  }

  @Test
  void all_byte_values_of_names_survive() {
    for (int b = 1; b < 256; b++) {
      if (b == '/') {
        continue;
      }
      byte[] path = {'/', 'x', (byte) b, '/', (byte) b};
      byte[] name = {'/', 's', (byte) b};
      URI host = URI.create(String.format("file:///s%%%02X", b));
      DedupUri uri = DedupUri.of(Path.of(host), path);
      assertThat(uri.path()).isEqualTo(path);
      DedupUri again = DedupUri.parse(uri.toUri());
      assertThat(again).isEqualTo(uri).hasSameHashCodeAs(uri);
      assertThat(again.path()).isEqualTo(path);
      assertThat(again.store()).isEqualTo(Path.of(host));
      assertThat(DedupUri.parse(URI.create(uri.toUri().toString()))).isEqualTo(uri);
      assertThat(again.toUri().toString())
          .isEqualTo("dedup:file://" + escaped(name) + "!" + escaped(path));
    }
  }

  private static String escaped(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      String c = new String(new byte[] {b}, StandardCharsets.ISO_8859_1);
      text.append(c.matches("[A-Za-z0-9._~/-]") ? c : String.format("%%%02X", b & 0xFF));
    }
    return text.toString();
  }

  @Test
  void the_long_form_is_written_without_a_trailing_slash() {
    assertThat(parse("dedup:/srv/store!/a/").toUri())
        .isEqualTo(URI.create("dedup:file:///srv/store!/a"));
    assertThat(parse("dedup:/srv/store/").toUri())
        .isEqualTo(URI.create("dedup:file:///srv/store!/"));
  }

  @Test
  void helpers_write_uris() {
    assertThat(DedupFileSystems.uri(Path.of("/srv/a b"), "/x!/\uDCFF"))
        .isEqualTo(URI.create("dedup:file:///srv/a%20b!/x%21/%FF"));
    assertThat(DedupFileSystems.uri(Path.of("/srv/store")))
        .isEqualTo(URI.create("dedup:file:///srv/store!/"));
    assertThatThrownBy(() -> DedupFileSystems.uri(Path.of("/srv/store"), "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'x'");
  }
}
