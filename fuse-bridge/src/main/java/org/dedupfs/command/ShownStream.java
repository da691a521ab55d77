package org.dedupfs.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dedupfs.ByteNames;

/**
 * Standard error for what does not come from verbs, log lines and stack traces above all: names in
 * them show as {@link FailureReport#oneLine} has them, so that nobody who reads a log has their
 * terminal controlled by the name of a file. Lines stay lines. Safe for use by any number of
 * threads.
 */
final class ShownStream extends OutputStream {
  private final OutputStream target;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  ShownStream(OutputStream target) {
    this.target = target;
  }

  /** In the place of a stream of UTF-8. */
  static PrintStream over(OutputStream target) {
    return new PrintStream(new ShownStream(target), true, StandardCharsets.UTF_8);
  }

  /** A stack trace whose messages may quote names. */
  static void printStackTrace(Exception failure, PrintWriter target) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace, true));
    trace.toString().lines().forEach(each -> target.println(shown(each)));
  }

  /** Tabs stay, as stack traces have them. */
  static String shown(String line) {
    return Stream.of(line.split("\t", -1))
        .map(FailureReport::shown)
        .collect(Collectors.joining("\t"));
  }

  @Override
  public synchronized void write(int b) throws IOException {
    if (b == '\n') {
      end("\n");
    } else {
      line.write(b);
    }
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    for (int i = offset; i < offset + length; i++) {
      write(bytes[i]);
    }
  }

  private void end(String separator) throws IOException {
    String text = ByteNames.toText(line.toByteArray());
    line.reset();
    target.write((shown(text) + separator).getBytes(StandardCharsets.UTF_8));
    target.flush();
  }

  /** Only whole lines are passed on: a character may still lack its last bytes. */
  @Override
  public void flush() {}

  @Override
  public synchronized void close() throws IOException {
    if (line.size() > 0) {
      end("");
    }
  }
}
