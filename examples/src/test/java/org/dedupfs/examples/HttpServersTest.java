package org.dedupfs.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples that serve a store over HTTP, asked by the JDK's client. */
final class HttpServersTest {
  private static final int SIZE = 1_000_003;

  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir Path directory;
  private Path store;

  @BeforeEach
  void nameStore() {
    store = directory.resolve("store");
  }

  private HttpResponse<byte[]> ask(int port, String path, HttpRequest.Builder request)
      throws Exception {
    URI uri = URI.create("http://localhost:" + port + path);
    return client.send(request.uri(uri).build(), BodyHandlers.ofByteArray());
  }

  private static HttpRequest.Builder get(String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder().GET();
    return headers.length == 0 ? request : request.headers(headers);
  }

  private static HttpRequest.Builder of(String method) {
    return HttpRequest.newBuilder().method(method, BodyPublishers.noBody());
  }

  private static HttpRequest.Builder put(byte[] bytes) {
    return HttpRequest.newBuilder().PUT(BodyPublishers.ofByteArray(bytes));
  }

  private static byte[] random(int bytes, int seed) {
    byte[] made = new byte[bytes];
    new Random(seed).nextBytes(made);
    return made;
  }

  private byte[] storeImage() throws IOException {
    byte[] image = random(SIZE, 1);
    try (DedupFileSystem fs = DedupFileSystems.create(store)) {
      Files.createDirectory(fs.getPath("/vm"));
      Files.write(fs.getPath("/vm/golden.img"), image);
      Files.copy(fs.getPath("/vm/golden.img"), fs.getPath("/vm/one two.img"));
      Files.createFile(fs.getPath("/vm/empty"));
      Files.createDirectory(fs.getPath("/vm/a'&b"));
      Files.writeString(fs.getPath("/vm/a'&b/index.html"), "an index");
      Files.createDirectories(fs.getPath("/secret/below"));
      Files.writeString(fs.getPath("/secret/key"), "a key");
      Files.createDirectory(fs.getPath("/vm/.hidden"));
      Files.createSymbolicLink(fs.getPath("/vm/out"), fs.getPath("../secret"));
      Files.createSymbolicLink(fs.getPath("/vm/key"), fs.getPath("/secret/key"));
      Files.createSymbolicLink(fs.getPath("/vm/inside"), fs.getPath("a'&b"));
    }
    return image;
  }

  @Test
  void the_simple_web_server_serves_a_directory_of_a_store_where_java_has_one() throws Exception {
    byte[] image = storeImage();
    if (Runtime.version().feature() < 18) {
      assertThatThrownBy(() -> WebServer.start(store, "/vm", 0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("needs Java 18");
      DedupFileSystems.open(store).close(); // nothing is left open
      return;
    }
    assertThatThrownBy(() -> WebServer.start(store, "/none", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/none");
    try (LocalServer server = WebServer.start(store, "/vm", 0)) {
      assertThat(new String(ask(server.port(), "/", get()).body(), UTF_8))
          .contains("href='./golden.img'>golden.img<", "href='./one%20two.img'>one two.img<")
          .contains("href='./a%27%26b/'>a'&amp;b/<");
      assertThat(new String(ask(server.port(), "/a%27%26b/", get()).body(), UTF_8))
          .isEqualTo("an index");
      assertThat(ask(server.port(), "/../", get()).statusCode()).isEqualTo(404);
      requireNoWayOut(server);
      assertThat(ask(server.port(), "/one%20two.img", get()).body()).isEqualTo(image);
      assertThat(ask(server.port(), "/none", get()).statusCode()).isEqualTo(404);
    }
  }

  /** Links are not followed and hidden files not shown, as the server of the JDK has it. */
  private void requireNoWayOut(LocalServer server) throws Exception {
    assertThat(new String(ask(server.port(), "/", get()).body(), UTF_8))
        .doesNotContain("out", "key", "inside", "hidden");
    for (String closed :
        List.of("/out/", "/out/key", "/out/below/", "/key", "/inside/", "/.hidden/", "/.hidden")) {
      assertThat(ask(server.port(), closed, get()).statusCode()).as(closed).isEqualTo(404);
    }
  }

  @Test
  void the_image_server_sends_nothing_to_who_has_it_already() throws Exception {
    storeImage();
    try (LocalServer server = ImageServer.start(store, 0)) {
      HttpResponse<byte[]> first = ask(server.port(), "/vm/golden.img", get());
      String tag = first.headers().firstValue("ETag").orElseThrow();
      for (String known : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
        for (String method : List.of("GET", "HEAD")) {
          HttpRequest.Builder request = of(method).header("If-None-Match", known);
          // Who asks for a range has to be told, too, that nothing has changed.
          HttpResponse<byte[]> same =
              ask(server.port(), "/vm/golden.img", request.header("Range", "bytes=0-1"));
          assertThat(same.statusCode()).as("%s %s", method, known).isEqualTo(304);
          assertThat(same.headers().firstValue("ETag")).contains(tag);
          assertThat(same.body()).isEmpty();
        }
      }
      HttpRequest.Builder other = get("If-None-Match", "\"other\", W/\"another\"");
      assertThat(ask(server.port(), "/vm/golden.img", other).body()).isEqualTo(first.body());
    }
  }

  @Test
  void the_tag_of_an_image_is_that_of_the_bytes_even_if_it_is_replaced_meanwhile()
      throws Exception {
    storeImage();
    try (DedupFileSystem fs = DedupFileSystems.open(store);
        DedupFileChannel image =
            (DedupFileChannel) FileChannel.open(fs.getPath("/vm/golden.img"))) {
      Files.move(
          fs.getPath("/vm/one two.img"),
          fs.getPath("/vm/golden.img"),
          StandardCopyOption.ATOMIC_MOVE);
      try (DedupFileChannel other =
          (DedupFileChannel) FileChannel.open(fs.getPath("/vm/golden.img"))) {
        assertThat(EntityTag.of(image)).isNotEqualTo(EntityTag.of(other));
      }
    }
  }

  @Test
  void the_image_server_sends_whole_files_and_tells_of_them() throws Exception {
    byte[] image = storeImage();
    try (LocalServer server = ImageServer.start(store, 0)) {
      HttpResponse<byte[]> whole = ask(server.port(), "/vm/one%20two.img", get());
      assertThat(whole.statusCode()).isEqualTo(200);
      assertThat(whole.body()).isEqualTo(image);
      assertThat(whole.headers().firstValue("Accept-Ranges")).contains("bytes");
      HttpResponse<byte[]> head =
          ask(server.port(), "/vm/golden.img", of("HEAD").header("Range", "bytes=0-1"));
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(SIZE);
      assertThat(head.headers().firstValue("ETag")).isPresent();
      assertThat(ask(server.port(), "/vm/empty", get()).body()).isEmpty();
      assertThat(ask(server.port(), "/vm", get()).statusCode()).isEqualTo(404);
      assertThat(ask(server.port(), "/../none", get()).statusCode()).isEqualTo(404);
      HttpResponse<byte[]> refused = ask(server.port(), "/vm/empty", of("POST"));
      assertThat(refused.statusCode()).isEqualTo(405);
      assertThat(refused.headers().firstValue("Allow")).contains("GET, HEAD");
    }
  }

  @Test
  void the_image_server_sends_the_range_that_was_asked_for() throws Exception {
    byte[] image = storeImage();
    try (LocalServer server = ImageServer.start(store, 0)) {
      requireRange(server, "bytes=0-0", image, 0, 1);
      requireRange(server, "bytes=65536-131071", image, 65_536, 131_072);
      requireRange(server, "bytes=999999-", image, 999_999, SIZE);
      requireRange(server, "bytes=-10", image, SIZE - 10, SIZE);
      requireRange(server, "bytes=-99999999", image, 0, SIZE);
      requireRange(server, "bytes=5-99999999", image, 5, SIZE);
      for (String ignored : new String[] {"bytes=5-4", "bytes=-", "bytes=0-1,5-6", "lines=1-2"}) {
        HttpResponse<byte[]> whole = ask(server.port(), "/vm/golden.img", get("Range", ignored));
        assertThat(whole.statusCode()).as(ignored).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(image);
      }
      for (String beyond : new String[] {"bytes=" + SIZE + "-", "bytes=-0"}) {
        HttpResponse<byte[]> none = ask(server.port(), "/vm/golden.img", get("Range", beyond));
        assertThat(none.statusCode()).as(beyond).isEqualTo(416);
        assertThat(none.headers().firstValue("Content-Range")).contains("bytes */" + SIZE);
        assertThat(none.body()).isEmpty();
      }
      assertThat(ask(server.port(), "/vm/empty", get("Range", "bytes=0-")).statusCode())
          .isEqualTo(416);
    }
  }

  private void requireRange(LocalServer server, String asked, byte[] image, int from, int to)
      throws Exception {
    HttpResponse<byte[]> part = ask(server.port(), "/vm/golden.img", get("Range", asked));
    assertThat(part.statusCode()).as(asked).isEqualTo(206);
    assertThat(part.headers().firstValue("Content-Range"))
        .contains("bytes " + from + "-" + (to - 1) + "/" + SIZE);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(image, from, to));
  }

  @Test
  void an_image_that_has_changed_is_sent_whole_to_who_goes_on_with_the_old_one() throws Exception {
    storeImage();
    String tag;
    try (LocalServer server = ImageServer.start(store, 0)) {
      tag = ask(server.port(), "/vm/golden.img", get()).headers().firstValue("ETag").orElseThrow();
      assertThat(
              ask(server.port(), "/vm/golden.img", get("If-Range", tag, "Range", "bytes=1-2"))
                  .statusCode())
          .isEqualTo(206);
    }
    try (DedupFileSystem fs = DedupFileSystems.open(store)) {
      Files.write(fs.getPath("/vm/golden.img"), new byte[] {1}, StandardOpenOption.WRITE);
    }
    try (LocalServer server = ImageServer.start(store, 0)) {
      HttpResponse<byte[]> whole =
          ask(server.port(), "/vm/golden.img", get("If-Range", tag, "Range", "bytes=1-2"));
      assertThat(whole.statusCode()).isEqualTo(200);
      assertThat(whole.body()).hasSize(SIZE).startsWith(1);
    }
  }

  /** A library of many classes, of which one differs. */
  private static byte[] library(int version) throws IOException {
    ByteArrayOutputStream jar = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(jar)) {
      for (int i = 0; i < 100; i++) {
        ZipEntry entry = new ZipEntry("Class" + i);
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(random(20_000, i == 50 ? -version : i));
      }
    }
    return jar.toByteArray();
  }

  @Test
  void the_build_cache_keeps_versions_of_a_library_for_little_more_than_one() throws Exception {
    try (LocalServer cache = BuildCache.start(store, 0)) {
      for (int version = 1; version <= 5; version++) {
        String path = "/org/example/lib/1." + version + "/lib-1." + version + ".jar";
        assertThat(ask(cache.port(), path, get()).statusCode()).isEqualTo(404);
        assertThat(ask(cache.port(), path, put(library(version))).statusCode()).isEqualTo(201);
        assertThat(ask(cache.port(), path, get()).body()).isEqualTo(library(version));
        HttpResponse<byte[]> head = ask(cache.port(), path, of("HEAD"));
        assertThat(head.headers().firstValueAsLong("Content-Length"))
            .hasValue(library(version).length);
      }
      byte[] other = {1, 2, 3};
      assertThat(ask(cache.port(), "/org/example/metadata.xml", put(new byte[100])).statusCode())
          .isEqualTo(201);
      assertThat(ask(cache.port(), "/org/example/metadata.xml", put(other)).statusCode())
          .isEqualTo(201);
      assertThat(ask(cache.port(), "/org/example/metadata.xml", get()).body()).isEqualTo(other);
      assertThat(ask(cache.port(), "/org/example/metadata.xml", of("DELETE")).statusCode())
          .isEqualTo(405);
    }
    try (DedupFileSystem fs = DedupFileSystems.open(store)) {
      assertThat(fs.statistics().files()).isEqualTo(6);
      assertThat(fs.statistics().dedupRatio()).isGreaterThan(3);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 100\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n64\r\n"})
  void half_a_file_is_not_kept_when_a_client_goes_away(String header) throws Exception {
    try (LocalServer cache = BuildCache.start(store, 0)) {
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), cache.port())) {
        String request = "PUT /lib.jar HTTP/1.1\r\nHost: localhost\r\n" + header + "half";
        client.getOutputStream().write(request.getBytes(UTF_8));
        client.shutdownOutput();
        assertThat(new String(client.getInputStream().readAllBytes(), UTF_8)).doesNotContain("201");
      }
      assertThat(ask(cache.port(), "/lib.jar", get()).statusCode()).isEqualTo(404);
      assertThat(ask(cache.port(), "/", put(new byte[1])).statusCode()).isEqualTo(405);
    }
    try (DedupFileSystem fs = DedupFileSystems.open(store)) {
      assertThat(fs.statistics().files()).isZero();
    }
  }

  @Test
  void a_request_under_way_tidies_up_before_the_store_is_closed() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Integer> removed = new CompletableFuture<>();
    DedupFileSystem fs = DedupFileSystems.create(store);
    HttpHandler keepsParts =
        exchange -> {
          List<Path> parts = new ArrayList<>();
          try (exchange) {
            for (int i = 0; i < 500; i++) {
              parts.add(Files.createFile(fs.getPath("/part" + i)));
            }
            begun.countDown();
            exchange.getRequestBody().readAllBytes();
          } finally {
            try {
              removed.complete(remove(parts));
            } catch (RuntimeException e) {
              removed.completeExceptionally(e);
            }
          }
        };
    try (Socket client = new Socket()) {
      try (LocalServer server = LocalServer.start(fs, keepsParts, 0)) {
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        String request = "PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf";
        client.getOutputStream().write(request.getBytes(UTF_8));
        begun.await();
      }
    }
    assertThat(removed.get()).isEqualTo(500);
    try (DedupFileSystem again = DedupFileSystems.open(store)) {
      assertThat(again.statistics().files()).isZero();
    }
  }

  private static int remove(List<Path> files) {
    try {
      for (Path each : files) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files.size();
  }
}
