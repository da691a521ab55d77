package org.dedupfs.bridge;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.bridge.jnr.FuseMount;
import org.dedupfs.bridge.jnr.FuseMountOptions;

/**
 * The process that serves a mount: of the store or, for {@code jimfs}, of a file system in memory.
 * Does to that file system, past the mount, what it is told line by line, and answers each line.
 */
final class ServedMount {
  private ServedMount() {}

  public static void main(String[] arguments) throws Exception {
    Path mountPoint = Path.of(arguments[1]);
    try (FileSystem served = open(arguments[0]);
        FileSystemOperations operations = FileSystemOperations.of(served, s -> "{statistics}");
        FuseMount mount =
            FuseMount.mount(operations, mountPoint, new FuseMountOptions(4, List.of()))) {
      System.out.println("mounted");
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals("end")) {
          break;
        }
        System.out.println(answer(served, line.split(" ", -1)));
      }
      mount.unmount(Duration.ofSeconds(20));
    }
    System.out.println("ended");
  }

  private static FileSystem open(String what) throws IOException {
    return what.equals("jimfs")
        ? Jimfs.newFileSystem(
            Configuration.unix().toBuilder()
                .setAttributeViews("basic", "owner", "posix", "unix", "user")
                .setWorkingDirectory("/")
                .build())
        : DedupFileSystems.create(Path.of(what));
  }

  private static void put(Path path, long offset, String text) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      if (channel.write(bytes, offset) != text.length()) {
        throw new IOException("a short write");
      }
    }
  }

  private static String answer(FileSystem served, String[] words) throws IOException {
    Path path = served.getPath(words[1]);
    switch (words[0]) {
      case "write" -> Files.writeString(path, words[2], StandardOpenOption.WRITE);
      case "put" -> put(path, Long.parseLong(words[2]), words[3]);
      case "append" -> Files.writeString(path, words[2], StandardOpenOption.APPEND);
      case "read" -> {
        return Files.readString(path);
      }
      case "hash" -> {
        return Integer.toString(Arrays.hashCode(Files.readAllBytes(path)));
      }
      case "list" -> {
        try (var entries = Files.list(path)) {
          return entries.map(e -> e.getFileName().toString()).sorted().toList().toString();
        }
      }
      case "sync" -> {
        if (served instanceof DedupFileSystem store) {
          store.sync();
        }
      }
      default -> throw new IllegalArgumentException(words[0]);
    }
    return "done";
  }
}
