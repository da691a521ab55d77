package org.dedupfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.testing.ChildJvm;
import org.dedupfs.testing.NamesOfAllBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All names survive in programs that are started in different ways. */
class ModuleAndLocaleTest {
  private static final List<String> MODULES_NEEDED =
      List.of("caffeine", "zstd-jni", "slf4j-api", "sqlite-jdbc", "rocksdbjni", "lz4-java");

  @TempDir Path host;

  private static List<String> classPath() {
    return List.of(System.getProperty("java.class.path").split(File.pathSeparator));
  }

  private static Path codeOf(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private void run(String module, String locale, List<String> options, Path store)
      throws Exception {
    try (ChildJvm child =
        ChildJvm.start(
            List.of("env", "LC_ALL=" + locale),
            options,
            NamesOfAllBytes.class,
            DedupFileSystems.uri(store).toString())) {
      assertThat(child.await("module ")).isEqualTo(module);
      String count = child.await("names ");
      assertThat(child.await("found ")).isEqualTo(count);
    }
  }

  private List<String> onClassPath() {
    return List.of("-cp", String.join(File.pathSeparator, classPath()));
  }

  private List<String> onModulePath() throws Exception {
    List<String> modules = new ArrayList<>();
    modules.add(codeOf(DedupFileSystems.class).toString());
    classPath().stream()
        .filter(jar -> MODULES_NEEDED.stream().anyMatch(new File(jar).getName()::startsWith))
        .forEach(modules::add);
    assertThat(modules).hasSize(MODULES_NEEDED.size() + 1);
    return List.of(
        "--module-path",
        String.join(File.pathSeparator, modules),
        "--add-modules",
        "org.dedupfs",
        "-cp",
        codeOf(NamesOfAllBytes.class).toString());
  }

  @Test
  void all_names_survive_in_the_posix_locale() throws Exception {
    run("null", "C", onClassPath(), host.resolve("store"));
  }

  @Test
  void all_names_survive_in_a_utf8_locale() throws Exception {
    run("null", "C.UTF-8", onClassPath(), host.resolve("store"));
  }

  @Test
  void all_names_survive_on_the_module_path() throws Exception {
    run("org.dedupfs", "C", onModulePath(), host.resolve("store"));
  }

  /** What the flight recorder, JMX and metrics need is not there. */
  @Test
  void all_names_survive_in_a_java_of_few_modules() throws Exception {
    List<String> options = new ArrayList<>(onClassPath());
    options.add("--limit-modules");
    options.add("java.sql,jdk.unsupported");
    run("null", "C", options, host.resolve("store"));
  }

  @Test
  void the_module_exports_its_face_and_nothing_else() throws Exception {
    ModuleDescriptor descriptor =
        ModuleFinder.of(codeOf(DedupFileSystems.class))
            .find("org.dedupfs")
            .orElseThrow()
            .descriptor();
    assertThat(descriptor.exports().stream().map(ModuleDescriptor.Exports::source))
        .containsExactlyInAnyOrder("org.dedupfs", "org.dedupfs.micrometer");
    assertThat(descriptor.opens()).isEmpty();
    assertThat(descriptor.provides().stream().flatMap(each -> each.providers().stream()).toList())
        .containsExactly("org.dedupfs.nio.DedupFileSystemProvider");
  }
}
