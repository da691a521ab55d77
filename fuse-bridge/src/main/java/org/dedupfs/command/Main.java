package org.dedupfs.command;

import java.io.IOException;
import java.io.PrintWriter;

/** Where the {@code dedupfs} command starts. */
public final class Main {
  private Main() {}

  public static void main(String... arguments) throws IOException {
    if (Boolean.getBoolean("dedupfs.rehearsal")) {
      Rehearsal.run();
      return;
    }
    Output out = Output.standard(Terminal.charset("stdout"));
    PrintWriter err = new PrintWriter(System.err, true, Terminal.charset("stderr"));
    // What is logged may quote names; what verbs say has been made fit to be shown.
    System.setErr(ShownStream.over(System.err));
    Interruption.watch();
    int exitCode = ExitCode.FAILED.number();
    try {
      exitCode = run(out, err, RawArguments.of(arguments));
    } catch (RuntimeException | Error e) {
      // Unheard of; but a process must not wait for its own end.
      err.println(Colour.error(FailureReport.oneLine(e.toString())));
      e.printStackTrace();
    }
    if (out.checkError() && exitCode == ExitCode.DONE.number()) {
      // A list that is cut off without a word would pass for the whole.
      err.println("dedupfs: standard output is closed or its disk is full");
      exitCode = ExitCode.FAILED.number();
    }
    if (Interruption.requested()
        && exitCode != ExitCode.DONE.number()
        && exitCode != ExitCode.INTERRUPTED.number()) {
      // The signal's exit code would say that the verb ended in order. While the hook still waits
      // nothing else ends this process.
      System.out.flush();
      Runtime.getRuntime().halt(exitCode);
    }
    Interruption.finished();
    // During a shutdown this waits for its end; the exit code is then the signal's, 130 for Ctrl-C.
    System.exit(exitCode);
  }

  /** Runs one command line and returns its exit code. */
  static int run(Output out, PrintWriter err, String... arguments) {
    if (arguments.length == 1 && arguments[0].equals("--version")) {
      // Scripts ask for it often; it need not wait for a command line parser.
      out.println(Version.line());
      return ExitCode.DONE.number();
    }
    return DedupfsCommand.commandLine(arguments)
        .setOut(out)
        .setErr(err)
        .execute(ProfiledRun.withExplicitFile(arguments));
  }
}
