package org.dedupfs.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kenai.jffi.MemoryIO;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeFilesTest {
  @TempDir Path directory;

  @Test
  void system_calls_do_what_their_names_say_and_tell_their_failures() throws IOException {
    List<Path> names = List.of(directory.resolve("a"), directory.resolve("b"));
    try (NativeFiles files = new NativeFiles(names);
        NativeFiles itself = new NativeFiles(List.of(directory, directory))) {
      files.create();
      assertThat(names).allMatch(Files::isRegularFile);
      assertThatThrownBy(files::create).hasMessageContaining("File exists");
      assertThat(itself.list()).isEqualTo(8);
      files.stat();
      assertThatThrownBy(() -> files.openAndRead(new long[] {0, 0}, 4))
          .hasMessageContaining("0 bytes");
      NativeFiles.dropPages(names.get(0));
      NativeFiles.syncFileSystem(directory);
      files.unlink();
      assertThat(directory).isEmptyDirectory();
      assertThatThrownBy(files::stat).hasMessageContaining("No such file");
      assertThatThrownBy(() -> NativeFiles.dropPages(names.get(0)))
          .hasMessageContaining("No such file");
    }
  }

  @Test
  void the_most_memory_is_that_since_it_was_forgotten() throws IOException {
    long much = 64 << 20;
    MemoryIO memory = MemoryIO.getInstance();
    long block = memory.allocateMemory(much, false);
    memory.setMemory(block, much, (byte) 1);
    long before = ResidentMemory.SELF.peakBytes();
    memory.freeMemory(block);
    ResidentMemory.SELF.forget();
    assertThat(before).isGreaterThan(much);
    assertThat(ResidentMemory.of(ProcessHandle.current().pid()).peakBytes())
        .isLessThan(before - much / 2);
  }

  @Test
  void a_missing_program_is_told_with_the_command_that_installs_it() {
    assertThatThrownBy(() -> ServingProgram.find("no-such-program", "some-package"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("apt-get install some-package");
  }

  @Test
  void a_mount_that_cannot_be_is_reported_with_the_reason() throws Exception {
    Path mountPoint = Files.createDirectory(directory.toRealPath().resolve("mnt"));
    Path log = directory.resolve("log");
    assertThatThrownBy(
            () ->
                ServingProgram.start(
                    List.of("sh", "-c", "echo no such luck; exit 1"), Map.of(), mountPoint, log))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such luck");
  }
}
