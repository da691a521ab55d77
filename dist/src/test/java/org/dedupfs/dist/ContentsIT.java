package org.dedupfs.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of the contents is true: the list of components, and whose they are. */
final class ContentsIT {
  /** Platforms, and the machine that the header of an ELF file names for each. */
  private static final Map<String, Integer> MACHINES =
      Map.of("linux-x86_64", 62, "linux-aarch64", 183);

  private static final Path DOC = Built.stage().resolve("share/doc/dedupfs");

  @TempDir Path directory;

  /** SHA-256 of all jars, by name. */
  private static Map<String, String> jars() throws Exception {
    Map<String, String> digests = new TreeMap<>();
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(Built.jars(), "*.jar")) {
      for (Path jar : jars) {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
        digests.put(jar.getFileName().toString(), HexFormat.of().formatHex(digest));
      }
    }
    return digests;
  }

  @Test
  void the_bill_of_materials_lists_each_jar_with_its_digest_and_nothing_else() throws Exception {
    Path bill = DOC.resolve("sbom.json");
    assertThat(bill)
        .as("not made offline; run once, without -o: mvn -pl dist -am -DskipTests package")
        .exists();
    Map<String, Object> read = JSON.std.mapFrom(Files.readString(bill));
    assertThat(read.get("bomFormat")).isEqualTo("CycloneDX");
    Map<String, String> listed = new TreeMap<>();
    for (Map<?, ?> component : maps(read.get("components"))) {
      if ("optional".equals(component.get("scope"))) {
        // For who compiles against the others; not with us.
        continue;
      }
      assertThat(maps(component.get("licenses"))).as("%s", component.get("purl")).isNotEmpty();
      String classifier =
          component.get("purl").toString().contains("classifier=native") ? "-native" : "";
      String jar = component.get("name") + "-" + component.get("version") + classifier + ".jar";
      listed.put(jar, sha256(component));
    }
    Map<String, String> shipped = jars();
    if (Built.OFFLINE) {
      // It is that of the last build online, since when only our own jars may have changed.
      assertThat(listed.keySet()).isEqualTo(shipped.keySet());
      listed.keySet().removeIf(jar -> jar.startsWith("dedupfs-"));
      shipped.keySet().removeIf(jar -> jar.startsWith("dedupfs-"));
    }
    assertThat(listed).isEqualTo(shipped);
  }

  private static String sha256(Map<?, ?> component) {
    return maps(component.get("hashes")).stream()
        .filter(hash -> hash.get("alg").equals("SHA-256"))
        .map(hash -> hash.get("content").toString())
        .findFirst()
        .orElse("none");
  }

  private static List<Map<?, ?>> maps(Object list) {
    List<Map<?, ?>> maps = new ArrayList<>();
    for (Object each : (List<?>) list) {
      maps.add((Map<?, ?>) each);
    }
    return maps;
  }

  private static void requireMachine(Path libraries, String platform) throws IOException {
    int found = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(libraries)) {
      for (Path library : all) {
        ByteBuffer header =
            ByteBuffer.wrap(Files.readAllBytes(library)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(header.getInt(0)).as("ELF").isEqualTo(0x464c457f);
        assertThat(header.get(4)).as("64 bits").isEqualTo((byte) 2);
        assertThat((int) header.getShort(18)).as("%s", library).isEqualTo(MACHINES.get(platform));
        found++;
      }
    }
    assertThat(found).isEqualTo(5);
  }

  @Test
  void its_libraries_are_for_its_platform() throws IOException {
    requireMachine(Built.stage().resolve("lib/dedupfs/native"), Built.PLATFORM);
  }

  /** {@code -Ddedupfs.platform} makes a distribution for a machine that this one is not. */
  @Test
  void the_jars_have_libraries_for_each_platform() throws Exception {
    String script =
        "cd ..; . tools/java.sh; . tools/libraries.sh; find_java jdk; unpack_libraries \"$1\" \"$2\"";
    for (String platform : MACHINES.keySet()) {
      Path app = Files.createDirectory(directory.resolve(platform));
      Files.createSymbolicLink(app.resolve("lib"), Built.jars());
      Outcome.of(Built.environment(directory), "sh", "-euc", script, "sh", app, platform)
          .endsQuietly();
      requireMachine(app.resolve("native"), platform);
    }
  }

  @Test
  void every_jar_and_library_of_others_has_its_paragraph_and_every_paragraph_something()
      throws IOException {
    List<String> copyright = Files.readAllLines(DOC.resolve("copyright"));
    List<PathMatcher> named =
        copyright.stream()
            .filter(line -> line.matches("(Files:)? usr/lib/\\S+"))
            .map(line -> line.replaceFirst("(Files:)? usr/lib/dedupfs/", "glob:"))
            .map(FileSystems.getDefault()::getPathMatcher)
            .toList();
    Path app = Built.stage().resolve("lib/dedupfs");
    List<Path> others = new ArrayList<>();
    for (String place : List.of("lib", "native")) {
      try (Stream<Path> all = Files.list(app.resolve(place))) {
        all.map(app::relativize)
            .filter(each -> !each.getFileName().toString().startsWith("dedupfs-"))
            .forEach(others::add);
      }
    }
    assertThat(others).isNotEmpty().allMatch(each -> named.stream().anyMatch(m -> m.matches(each)));
    assertThat(named).allMatch(each -> others.stream().anyMatch(each::matches));
    // A line of text begins with a space; the words before it are those that it explains.
    List<String> used = new ArrayList<>();
    List<String> explained = new ArrayList<>();
    for (int i = 0; i < copyright.size(); i++) {
      if (copyright.get(i).startsWith("License: ")) {
        boolean text = i + 1 < copyright.size() && copyright.get(i + 1).startsWith(" ");
        String words = copyright.get(i).substring("License: ".length());
        (text ? explained : used).addAll(List.of(words.split(" or ", -1)));
      }
    }
    assertThat(explained).containsAll(used).hasSizeGreaterThan(5);
  }
}
