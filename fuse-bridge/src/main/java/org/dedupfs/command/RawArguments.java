package org.dedupfs.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dedupfs.ByteNames;

/**
 * The arguments of this process as the bytes that the user wrote, shown as {@link ByteNames} does.
 * Those that Java hands to {@code main} have been decoded, and what the locale cannot decode, in
 * the POSIX locale all that is not ASCII, is lost; the kernel still has them.
 */
final class RawArguments {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private RawArguments() {}

  /** Those of this process, {@code decoded} if the kernel does not tell. */
  static String[] of(String... decoded) {
    if (Arrays.stream(decoded).allMatch(RawArguments::isAscii)) {
      return decoded;
    }
    try {
      return of(Files.readAllBytes(COMMAND_LINE), decoded);
    } catch (IOException e) {
      return decoded;
    }
  }

  /** The last arguments of a command line of the kernel, each of which ends in a NUL. */
  static String[] of(byte[] commandLine, String... decoded) {
    List<byte[]> all = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < commandLine.length; i++) {
      if (commandLine[i] == 0) {
        all.add(Arrays.copyOfRange(commandLine, start, i));
        start = i + 1;
      }
    }
    int first = all.size() - decoded.length;
    String[] exact = decoded.clone();
    for (int i = 0; first >= 0 && i < decoded.length; i++) {
      String text = ByteNames.toText(all.get(first + i));
      // What is ASCII is the same in any locale; else these would be others' arguments.
      if (isAscii(decoded[i]) && !decoded[i].equals(text)) {
        return decoded;
      }
      exact[i] = text;
    }
    return exact;
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }
}
