package org.dedupfs.bridge.jnr;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dedupfs.bridge.Operations;
import org.dedupfs.host.HostCalls;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an operation throws, its system call fails and the mount lives on. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FaultIT {
  /** The kernel asks this only of mounts without default_permissions. */
  private static final String NEVER_ASKED = "access";

  /** Their results reach nobody. */
  private static final Set<String> WITHOUT_ANSWER = Set.of("release", "releasedir");

  private static final HostCalls HOST = HostCalls.load();
  private static final int S_IFIFO = 0010000;

  private interface SystemCall {
    void on(Path file) throws Exception;
  }

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path temp;

  private MountChild child;

  @BeforeAll
  void mount() throws Exception {
    child = MountChild.mount(temp.resolve("m"));
  }

  @AfterAll
  void unmount() throws Exception {
    child.close();
  }

  /** A system call for each operation, on a file that exists. */
  private static Map<String, SystemCall> calls() {
    byte[] colour = "user.colour".getBytes(UTF_8);
    Map<String, SystemCall> calls = new LinkedHashMap<>();
    calls.put("getattr", Files::size);
    calls.put("readlink", file -> Files.readSymbolicLink(beside(file, "soft")));
    calls.put("mknod", file -> HOST.makeNode(beside(file, "fifo"), S_IFIFO | 0600, 0));
    calls.put("mkdir", file -> Files.createDirectory(beside(file, "newdir")));
    calls.put("unlink", Files::delete);
    calls.put("rmdir", file -> Files.delete(beside(file, "dir")));
    calls.put("symlink", file -> Files.createSymbolicLink(beside(file, "newsoft"), file));
    calls.put("rename", file -> Files.move(file, beside(file, "moved")));
    calls.put("link", file -> Files.createLink(beside(file, "hard"), file));
    calls.put("chmod", file -> HOST.setMode(file, 0600));
    calls.put("chown", file -> HOST.setOwner(file, 0, 0));
    calls.put("truncate", file -> Files.newByteChannel(file, WRITE, TRUNCATE_EXISTING).close());
    calls.put("utimens", file -> Files.setLastModifiedTime(file, FileTime.fromMillis(5)));
    calls.put("open", file -> FileChannel.open(file, READ).close());
    calls.put("create", file -> Files.createFile(beside(file, "new")));
    calls.put("statfs", file -> Files.getFileStore(file).getTotalSpace());
    calls.put("setxattr", file -> HOST.setXattr(file, colour, new byte[] {1}));
    calls.put("getxattr", file -> HOST.getXattr(file, colour));
    calls.put("listxattr", HOST::listXattrs);
    calls.put("removexattr", file -> HOST.removeXattr(file, colour));
    calls.put("opendir", file -> list(file.getParent()));
    calls.put("readdir", file -> list(file.getParent()));
    calls.put("releasedir", file -> list(file.getParent()));
    return calls;
  }

  /** System calls on an open file or directory. */
  private interface HandleCall {
    void on(FileChannel channel) throws Exception;
  }

  private static Map<String, HandleCall> handleCalls() {
    Map<String, HandleCall> calls = new LinkedHashMap<>();
    calls.put("read", channel -> channel.read(ByteBuffer.allocate(10), 0));
    calls.put("write", channel -> channel.write(ByteBuffer.wrap(new byte[] {1, 2}), 1));
    // The kernel asks fstat(2) without the handle; libfuse has it after a change.
    calls.put("fgetattr", channel -> channel.truncate(2));
    calls.put("ftruncate", channel -> channel.truncate(1));
    calls.put("fsync", channel -> channel.force(true));
    return calls;
  }

  private static Path beside(Path file, String name) {
    return file.resolveSibling(name);
  }

  private static void list(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(entry -> {});
    }
  }

  private Path prepare(String directory) throws IOException {
    Path parent = Files.createDirectory(child.path(directory));
    Files.createDirectory(parent.resolve("dir"));
    Files.createSymbolicLink(parent.resolve("soft"), Path.of("target"));
    Path file = Files.write(parent.resolve("file"), new byte[] {1, 2, 3});
    HOST.setXattr(file, "user.colour".getBytes(UTF_8), new byte[] {1});
    return file;
  }

  @Test
  void every_operation_is_tried() {
    Set<String> tried = new TreeSet<>(calls().keySet());
    tried.addAll(handleCalls().keySet());
    tried.addAll(Set.of("flush", "release", "fsyncdir", "fallocate", "init", NEVER_ASKED));
    assertThat(tried)
        .isEqualTo(
            Stream.of(Operations.class.getMethods())
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"runtime", "io", "assertion", "stack", "memory"})
  void a_call_on_a_path_fails(String kind) throws Exception {
    for (Map.Entry<String, SystemCall> call : calls().entrySet()) {
      String operation = call.getKey();
      Path file = prepare(kind + "-" + operation);
      if (WITHOUT_ANSWER.contains(operation)) {
        whileFaulty(operation, kind, () -> call.getValue().on(file));
      } else {
        fails(operation, kind, () -> call.getValue().on(file));
      }
      call.getValue().on(file);
    }
  }

  @Test
  void a_name_that_is_taken_before_it_is_created_is_looked_up_and_opened() throws Exception {
    Path file = child.path("taken");
    child.ask("forget");
    child.ask("fault create taken");
    try (FileChannel channel = FileChannel.open(file, CREATE, WRITE)) {
      assertThat(channel.write(ByteBuffer.wrap(new byte[] {1}))).isEqualTo(1);
    }
    assertThat(child.ask("faults create")).isEqualTo("faults 1");
    assertThat(child.ask("heard open .*")).startsWith("heard 1 ");
    assertThat(file).hasBinaryContent(new byte[] {1});
  }

  @ParameterizedTest
  @ValueSource(strings = {"runtime", "io", "assertion", "stack", "memory"})
  void a_call_on_an_open_file_fails(String kind) throws Exception {
    for (Map.Entry<String, HandleCall> call : handleCalls().entrySet()) {
      String operation = call.getKey();
      Path file = prepare(kind + "-" + operation);
      try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
        fails(operation, kind, () -> call.getValue().on(channel));
        call.getValue().on(channel);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"runtime", "io", "assertion", "stack", "memory"})
  void closing_syncing_and_allocating_fail(String kind) throws Exception {
    Path file = prepare(kind + "-closed");
    FileChannel channel = FileChannel.open(file, READ, WRITE);
    fails("flush", kind, channel::close);
    whileFaulty("release", kind, () -> assertThat(Files.readAllBytes(file)).hasSize(3));
    try (FileChannel directory = FileChannel.open(file.getParent(), READ)) {
      fails("fsyncdir", kind, () -> directory.force(true));
      directory.force(true);
    }
    String[] fallocate = {"fallocate", "-l", "10", file.toString()};
    fails("fallocate", kind, () -> MountChild.run(fallocate));
    MountChild.run(fallocate);
    assertThat(Files.size(file)).isEqualTo(10);
  }

  private void fails(String operation, String kind, ThrowingCallable call) throws Exception {
    whileFaulty(
        operation,
        kind,
        () -> {
          Throwable thrown = catchThrowable(call);
          Throwable cause = thrown instanceof DirectoryIteratorException e ? e.getCause() : thrown;
          assertThat(cause)
              .as(operation)
              .isInstanceOf(IOException.class)
              .hasMessageContaining(
                  kind.equals("memory") ? "Cannot allocate memory" : "Input/output error");
        });
  }

  /** Has the operation throw during {@code call}, and sees that it did. */
  private void whileFaulty(String operation, String kind, ThrowingCallable call) throws Exception {
    assertThat(child.ask("fault " + operation + " " + kind)).isEqualTo("faulty");
    try {
      call.call();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (child.ask("faults " + operation).equals("faults 0")) {
        assertThat(System.nanoTime()).as(operation + " was not called").isLessThan(end);
      }
    } catch (Throwable e) {
      throw new AssertionError(operation + ": " + e.getMessage(), e);
    } finally {
      assertThat(child.ask("fault " + operation + " none")).isEqualTo("faulty");
    }
  }
}
