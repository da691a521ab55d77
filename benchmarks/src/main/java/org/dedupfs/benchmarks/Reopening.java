package org.dedupfs.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long a store whose process was killed takes to open, until its first file can be read. Each
 * opening is a JVM of its own, which in the end writes without a sync and halts. In the end, for
 * comparison, an opening after a clean close.
 *
 * <p>Arguments, all with defaults: {@code dir=} where to work, {@code mib=} of a large file, {@code
 * files=} small ones, {@code rounds=}.
 */
public final class Reopening {
  private static final int FILES_PER_DIRECTORY = 1000;
  private static final int UNSYNCED_FILES = 500;
  private static final String MILLIS = "millis ";

  private Reopening() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args[0].equals("fill")) {
      fill(Path.of(args[1]), Long.parseLong(args[2]), Integer.parseInt(args[3]));
    } else if (args[0].equals("open")) {
      open(Path.of(args[1]), Integer.parseInt(args[2]));
    } else if (args[0].equals("close")) {
      close(Path.of(args[1]));
    } else {
      run(args, System.out);
    }
  }

  /** Returns the median in milliseconds. */
  static double run(String[] args, PrintStream out) throws IOException, InterruptedException {
    Map<String, String> arguments = new TreeMap<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      if (equals < 1
          || !List.of("dir", "mib", "files", "rounds").contains(arg.substring(0, equals))) {
        throw new IllegalArgumentException(arg + ": allowed are dir=, mib=, files=, rounds=");
      }
      arguments.put(arg.substring(0, equals), arg.substring(equals + 1));
    }
    Path base = Path.of(arguments.getOrDefault("dir", "target"));
    Files.createDirectories(base);
    Path directory = Files.createTempDirectory(base, "reopening");
    try {
      Path store = directory.resolve("store");
      String mib = arguments.getOrDefault("mib", "10240");
      String files = arguments.getOrDefault("files", "1000000");
      out.print(child(directory, "fill", store.toString(), mib, files));
      double[] millis = new double[Integer.parseInt(arguments.getOrDefault("rounds", "7"))];
      for (int i = 0; i < millis.length; i++) {
        String said = child(directory, "open", store.toString(), Integer.toString(i));
        out.print(said);
        int at = said.indexOf(MILLIS) + MILLIS.length();
        millis[i] = Double.parseDouble(said.substring(at, said.indexOf('\n', at)));
      }
      out.print(child(directory, "close", store.toString()));
      out.print("closed: " + child(directory, "open", store.toString(), "" + millis.length));
      Arrays.sort(millis);
      double median = millis[millis.length / 2];
      out.printf(
          Locale.ROOT,
          "reopened with %s files and %s MiB: median %.0f ms, at most %.0f ms%n",
          files,
          mib,
          median,
          millis[millis.length - 1]);
      return median;
    } finally {
      Stores.delete(directory);
    }
  }

  /** Runs this class in a JVM of its own, which has to halt as if it were killed. */
  private static String child(Path directory, String... arguments)
      throws IOException, InterruptedException {
    Path log = directory.resolve("log");
    List<String> line = LauncherEnvironment.java();
    line.add(Reopening.class.getName());
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().putAll(LauncherEnvironment.VARIABLES);
    Process process = builder.redirectOutput(log.toFile()).start();
    try {
      int code = process.waitFor();
      String said = Files.readString(log);
      if (code != KILLED) {
        throw new IOException(line + ": exit code " + code + "\n" + said);
      }
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  /** What a shell tells of a process that was killed by signal 9. */
  private static final int KILLED = 137;

  private static void fill(Path store, long mib, int files) throws IOException {
    try (FileSystem system = Stores.create(store)) {
      long start = System.nanoTime();
      stream(system.getPath("/large"), mib);
      Path directory = system.getPath("/");
      for (int i = 0; i < files; i++) {
        if (i % FILES_PER_DIRECTORY == 0) {
          directory = Files.createDirectory(system.getPath("/files" + i / FILES_PER_DIRECTORY));
        }
        Files.writeString(directory.resolve("small" + i), "the text of file " + i);
      }
      System.out.printf(
          Locale.ROOT,
          "filled in %.0f s, at most %d MiB resident%n",
          (System.nanoTime() - start) / 1e9,
          ResidentMemory.SELF.peakBytes() >> 20);
      Runtime.getRuntime().halt(KILLED);
    }
  }

  private static void stream(Path file, long mib) throws IOException {
    MadeBytes source = new MadeBytes(9);
    ByteBuffer buffer = ByteBuffer.allocate(MadeBytes.BUFFER_BYTES);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long done = 0; done < mib << 20; done += buffer.capacity()) {
        source.fill(done, buffer.array());
        buffer.clear();
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
      channel.force(true); // a kill before the first commit would leave nothing to look at
    }
  }

  private static void close(Path store) throws IOException {
    Stores.open(store).close();
    Runtime.getRuntime().halt(KILLED);
  }

  private static void open(Path store, int round) throws IOException {
    long start = System.nanoTime();
    double startCpuSeconds = CpuClock.PROCESS.seconds();
    try (FileSystem system = Stores.open(store)) {
      try (FileChannel channel = FileChannel.open(system.getPath("/large"))) {
        if (channel.read(ByteBuffer.allocate(1)) != 1) {
          throw new IOException("the first file is empty");
        }
      }
      System.out.printf(
          Locale.ROOT,
          MILLIS + "%.1f%n  CPU, of all threads: %.1f ms%n",
          (System.nanoTime() - start) / 1e6,
          (CpuClock.PROCESS.seconds() - startCpuSeconds) * 1e3);
      Path directory = Files.createDirectory(system.getPath("/round" + round));
      for (int i = 0; i < UNSYNCED_FILES; i++) {
        Files.writeString(directory.resolve("small" + i), "written in round " + round + ", " + i);
      }
      Runtime.getRuntime().halt(KILLED);
    }
  }
}
