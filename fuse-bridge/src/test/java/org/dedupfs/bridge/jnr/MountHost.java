package org.dedupfs.bridge.jnr;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The process that serves a mount for the tests, which use it from theirs. Reads commands from
 * standard input, one a line, and answers each with one line. Arguments: mount point, options.
 */
final class MountHost {
  private static final int THREADS = 4;

  private final MemoryOperations memory = new MemoryOperations();
  private final FaultyOperations faulty = new FaultyOperations(memory);
  private final FuseMount mount;

  private MountHost(Path where, List<String> options) throws MountException {
    mount = FuseMount.mount(faulty.operations(), where, new FuseMountOptions(THREADS, options));
  }

  public static void main(String[] arguments) throws Exception {
    MountHost host;
    try {
      List<String> options = List.of(arguments).subList(1, arguments.length);
      host = new MountHost(Path.of(arguments[0]), options);
    } catch (MountException e) {
      System.err.println("standard error is back");
      System.out.println("failed " + e.isBusy() + " " + e.getMessage());
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
    System.out.println("mounted " + host.mount.mountPoint());
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      System.out.println(host.answer(line));
    }
    host.mount.close();
    System.out.println("closed");
  }

  private String answer(String line) {
    String[] words = line.split(" ", -1);
    try {
      return switch (words[0]) {
        case "heard" -> count(line.substring("heard ".length()));
        case "forget" -> {
          memory.heard.clear();
          yield "forgotten";
        }
        case "change" -> {
          memory.change(
              words[1], words[2].getBytes(StandardCharsets.UTF_8), words[3].equals("tell"));
          yield "changed";
        }
        case "fault" -> {
          faulty.set(words[1], words[2]);
          yield "faulty";
        }
        case "faults" -> "faults " + faulty.thrown(words[1]);
        case "hold" -> {
          faulty.hold(words[1]);
          yield "holding";
        }
        case "let" -> {
          faulty.letGo();
          yield "let";
        }
        case "unmount" -> {
          mount.unmount(Duration.ofMillis(Long.parseLong(words[1])));
          yield "unmounted";
        }
        case "detach" -> {
          mount.detach();
          yield "detached";
        }
        case "close" -> {
          mount.close();
          yield "closed";
        }
        case "closing" -> {
          new Thread(this::close, "closing").start();
          yield "closing";
        }
        case "ended" -> "ended " + mount.awaitEnd(Duration.ofMillis(Long.parseLong(words[1])));
        default -> "what? " + line;
      };
    } catch (MountException e) {
      return "failed " + e.isBusy() + " " + e.getMessage();
    } catch (Exception e) {
      return "broken " + e;
    }
  }

  private void close() {
    try {
      mount.close();
    } catch (MountException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How often something was heard that matches a pattern, and the last of it. */
  private String count(String pattern) {
    Pattern wanted = Pattern.compile(pattern);
    int count = 0;
    String last = "";
    for (String line : memory.heard) {
      Matcher matcher = wanted.matcher(line);
      if (matcher.matches()) {
        count++;
        last = line;
      }
    }
    return String.format(Locale.ROOT, "heard %d %s", count, last);
  }
}
