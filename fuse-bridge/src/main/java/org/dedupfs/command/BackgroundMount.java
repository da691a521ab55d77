package org.dedupfs.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts the process that serves a mount and waits until it can be used: that process writes one
 * line to a pipe, its standard output, when it is ready or has failed; if it ends without a word
 * the pipe ends too. It lives in a session of its own, in the root directory.
 */
final class BackgroundMount {
  private static final String READY = "ready";
  private static final String FAILED = "failed ";
  private static final int TAIL_BYTES = 4096;

  private final @Nullable Path log;

  /**
   * @param log gets what the JVM and libraries say, appended; null for nowhere
   */
  BackgroundMount(@Nullable Path log) {
    this.log = log;
  }

  static void tellReady(PrintWriter pipe) {
    pipe.println(READY);
    pipe.flush();
  }

  static void tellFailure(PrintWriter pipe, Exception failure) {
    pipe.println(
        FAILED + FailureReport.exitCodeOf(failure).number() + " " + FailureReport.lineOf(failure));
    pipe.flush();
  }

  /**
   * Starts a command line of ours and returns when it says that it is ready.
   *
   * @throws CommandException with its reason and exit code if it is not; it has ended then
   */
  void start(List<String> arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of("setsid"));
    line.addAll(program());
    line.addAll(arguments);
    long logStart = prepareLog();
    Process process = begin(line);
    // Not Process.destroy: that closes the pipe, and whoever reads it would not wait for the end.
    ProcessHandle handle = process.toHandle();
    Interruption.endsBy(handle::destroy);
    String said = firstWord(process);
    if (said != null && said.equals(READY)) {
      // The end of this process, which runs the same hook, must leave it alone.
      Interruption.endsBy(() -> {});
      if (!Interruption.requested()) {
        return;
      }
      // The hook may have run before or after that line; only the end of both is the same for all.
      handle.destroy();
    }
    int exitCode = process.waitFor();
    Interruption.check();
    if (said != null) {
      String[] parts = said.substring(FAILED.length()).split(" ", 2);
      throw new CommandException(ExitCode.of(Integer.parseInt(parts[0])), parts[1]);
    }
    throw new CommandException(
        ExitCode.FAILED,
        "the process in the background ended with exit code " + exitCode + lastLine(logStart));
  }

  private Process begin(List<String> line) throws Exception {
    try {
      return new ProcessBuilder(line)
          .directory(Path.of("/").toFile())
          .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
          .redirectError(log == null ? Redirect.DISCARD : Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException e) {
      // Ctrl-C reaches it, too, as long as it is not in a session of its own.
      Interruption.check();
      throw e;
    }
  }

  /** By the launcher, so that it holds on to its own build; without one as this process runs. */
  private static List<String> program() {
    String launcher = System.getProperty("dedupfs.launcher");
    if (launcher != null) {
      return List.of(launcher);
    }
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    return line;
  }

  private static @Nullable String firstWord(Process process) throws IOException {
    BufferedReader pipe =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = pipe.readLine();
    while (line != null && !line.equals(READY) && !line.startsWith(FAILED)) {
      line = pipe.readLine();
    }
    return line;
  }

  /** Makes the log where there is none; gives its length. */
  private long prepareLog() throws IOException {
    if (log == null) {
      return 0;
    }
    if (!Files.exists(log, LinkOption.NOFOLLOW_LINKS)) {
      Files.createFile(
          log, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    return Files.size(log);
  }

  private String lastLine(long start) throws IOException {
    if (log == null) {
      return "";
    }
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(Math.max(start, file.length() - TAIL_BYTES));
      byte[] tail = new byte[(int) (file.length() - file.getFilePointer())];
      file.readFully(tail);
      String text = new String(tail, StandardCharsets.UTF_8).strip();
      String last = text.substring(text.lastIndexOf('\n') + 1);
      return (last.isEmpty() ? "" : ": " + last) + "; see " + log;
    }
  }
}
