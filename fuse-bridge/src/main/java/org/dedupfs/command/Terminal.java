package org.dedupfs.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the terminal, if there is one. Java's console tells of input and output only.
 */
public final class Terminal {
  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int ERROR = 2;
  private static final long LOOK_MILLIS = 50;

  private Terminal() {}

  /** Whether somebody sees what is written to standard output. */
  public static boolean showsOutput() {
    return isTerminal(OUTPUT);
  }

  /** Whether somebody sees what is written to standard error. */
  public static boolean showsErrors() {
    return isTerminal(ERROR);
  }

  /** Whether somebody can be asked. */
  static boolean canAnswer() {
    return isTerminal(INPUT) && isTerminal(ERROR);
  }

  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  /**
   * Asks; anything but a yes is a no.
   *
   * @throws CommandException if the user ends the verb instead
   */
  static boolean confirms(PrintWriter err, String question)
      throws IOException, InterruptedException, CommandException {
    err.print(question + " [y/N] ");
    err.flush();
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, charset("stdin")));
    FutureTask<@Nullable String> reading = new FutureTask<>(input::readLine);
    Thread reader = new Thread(reading, "answer");
    reader.setDaemon(true); // Nothing ends its wait but an answer.
    reader.start();
    while (true) {
      try {
        String answer = reading.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        String said = answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
        return said.equals("y") || said.equals("yes");
      } catch (TimeoutException e) {
        Interruption.check();
      } catch (ExecutionException e) {
        throw new IOException("no answer can be read: " + e.getCause(), e);
      }
    }
  }

  /**
   * The character set of {@code stdin}, {@code stdout} or {@code stderr}: what the launcher or a
   * newer Java says, else the host's.
   */
  static Charset charset(String stream) {
    String ofHost = System.getProperty("native.encoding", "UTF-8");
    try {
      return Charset.forName(System.getProperty(stream + ".encoding", ofHost));
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return StandardCharsets.US_ASCII;
    }
  }
}
