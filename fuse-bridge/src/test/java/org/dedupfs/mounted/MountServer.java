package org.dedupfs.mounted;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.bridge.FileSystemOperations;
import org.dedupfs.bridge.Operations;
import org.dedupfs.bridge.jnr.FuseMount;
import org.dedupfs.bridge.jnr.FuseMountOptions;
import org.dedupfs.control.ControlServer;

/**
 * Serves a mount in a process of its own, and changes the store under it by Java when told to on
 * standard input: {@code put PATH TEXT}, {@code patch PATH TEXT}, {@code fill DIRECTORY COUNT},
 * {@code copy FROM TO}, {@code move FROM TO}, {@code remove PATH}, {@code end}. Answers each with a
 * line, {@code done} or {@code failed ...}.
 */
final class MountServer {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int REQUESTS_AT_ONCE = 10;

  private MountServer() {}

  /** STORE MOUNTPOINT MOUNT-OPTIONS (with commas) [KEY=VALUE of the store]... */
  public static void main(String[] arguments) throws Exception {
    DedupOptions.Builder options = DedupOptions.builder().create(true);
    for (String option : List.of(arguments).subList(3, arguments.length)) {
      int equals = option.indexOf('=');
      options.set(option.substring(0, equals), option.substring(equals + 1));
    }
    try (DedupFileSystem store = DedupFileSystems.open(Path.of(arguments[0]), options.build());
        ControlServer control = ControlServer.start(store);
        FileSystemOperations operations =
            FileSystemOperations.of(store, statistics -> statistics.toString())) {
      Objects.requireNonNull(control);
      serve(store, operations, Path.of(arguments[1]), List.of(arguments[2].split(",", -1)));
    }
    System.out.println("closed");
  }

  private static void serve(
      DedupFileSystem store, Operations operations, Path mountPoint, List<String> words)
      throws IOException, InterruptedException {
    FuseMountOptions options = new FuseMountOptions(REQUESTS_AT_ONCE, words);
    try (FuseMount mount = FuseMount.mount(operations, mountPoint, options);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      System.out.println("mounted");
      String line = lines.readLine();
      while (line != null && !line.equals("end")) {
        System.out.println(answer(store, line));
        line = lines.readLine();
      }
      mount.unmount(PATIENCE);
    }
  }

  private static String answer(DedupFileSystem store, String line) {
    String[] words = line.split(" ", 3);
    Path path = store.getPath(words[1]);
    try {
      switch (words[0]) {
        case "put" -> Files.writeString(path, words[2]);
        case "patch" -> {
          try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(words[2].getBytes(StandardCharsets.UTF_8)));
          }
        }
        case "fill" -> {
          for (int i = 0; i < Integer.parseInt(words[2]); i++) {
            Files.createFile(path.resolve(Integer.toString(i)));
          }
        }
        case "copy" ->
            Files.copy(path, store.getPath(words[2]), StandardCopyOption.REPLACE_EXISTING);
        case "move" -> Files.move(path, store.getPath(words[2]), StandardCopyOption.ATOMIC_MOVE);
        case "remove" -> Files.delete(path);
        default -> throw new IllegalArgumentException(line);
      }
      return "done";
    } catch (IOException | RuntimeException e) {
      return "failed " + e;
    }
  }
}
