package org.dedupfs.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/** Where the {@code dedupfs} command starts. */
public final class Main {
  private Main() {}

  public static void main(String... arguments) throws IOException {
    if (Boolean.getBoolean("dedupfs.rehearsal")) {
      Rehearsal.run();
      return;
    }
    PrintWriter out = new PrintWriter(System.out, true, charsetOf("stdout.encoding"));
    PrintWriter err = new PrintWriter(System.err, true, charsetOf("stderr.encoding"));
    Interruption.watch();
    int exitCode = run(out, err, arguments);
    if (out.checkError() && exitCode == ExitCode.DONE.number()) {
      // A list that is cut off without a word would pass for the whole.
      err.println("dedupfs: standard output is closed or its disk is full");
      exitCode = ExitCode.FAILED.number();
    }
    Interruption.finished();
    // During a shutdown this waits for its end; the exit code is then the signal's, 130 for Ctrl-C.
    System.exit(exitCode);
  }

  /** What the terminal reads; JDK 17 knows only one answer for all streams. */
  private static Charset charsetOf(String stream) {
    String ofHost = System.getProperty("native.encoding", "UTF-8");
    return Charset.forName(System.getProperty(stream, ofHost));
  }

  /** Runs one command line and returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    if (arguments.length == 1 && arguments[0].equals("--version")) {
      // Scripts ask for it often; it need not wait for a command line parser.
      out.println(Version.line());
      return ExitCode.DONE.number();
    }
    return DedupfsCommand.commandLine(arguments).setOut(out).setErr(err).execute(arguments);
  }
}
