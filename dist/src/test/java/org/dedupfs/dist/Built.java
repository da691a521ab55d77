package org.dedupfs.dist;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** What the build has made. */
final class Built {
  private static final Path TARGET = Path.of(property("dedupfs.target")).toAbsolutePath();
  static final String VERSION = property("dedupfs.version");
  static final String PLATFORM = property("dedupfs.platform");
  static final boolean OFFLINE = property("dedupfs.maven").equals("offline=true");

  private Built() {}

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name);
  }

  static Path archive(String type) {
    return TARGET.resolve("dedupfs-" + VERSION + "-" + PLATFORM + "." + type);
  }

  /** What goes into archives and packages. */
  static Path stage() {
    return TARGET.resolve("stage").resolve("dedupfs-" + VERSION);
  }

  /** The one with a Java of its own. */
  static Path image() {
    return TARGET.resolve("dedupfs-" + VERSION + "-" + PLATFORM);
  }

  /** All jars as Maven had them. */
  static Path jars() {
    return TARGET.resolve("jars");
  }

  static Path debianPackage() {
    String architecture = PLATFORM.equals("linux-x86_64") ? "amd64" : "arm64";
    Path made =
        TARGET.resolve("dedupfs_" + VERSION.replace('-', '~') + "_" + architecture + ".deb");
    if (!Files.exists(made)) {
      throw new AssertionError(
          "there is no "
              + made
              + "; run: sudo apt-get install -y dpkg && mvn -pl dist -am package");
    }
    return made;
  }

  /** Of somebody whose home is {@code home} and whose Java is that of the tests. */
  static Map<String, String> environment(Path home) {
    return Map.of("HOME", home.toString(), "JAVA_HOME", System.getProperty("java.home"));
  }
}
