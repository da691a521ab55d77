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

/**
 * What is known of the terminal, if there is one. Java's console tells of input and output only.
 */
public final class Terminal {
  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int ERROR = 2;

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

  /** Asks; anything but a yes is a no. */
  static boolean confirms(PrintWriter err, String question) throws IOException {
    err.print(question + " [y/N] ");
    err.flush();
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, charset("stdin")));
    String answer = input.readLine();
    String said = answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
    return said.equals("y") || said.equals("yes");
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
