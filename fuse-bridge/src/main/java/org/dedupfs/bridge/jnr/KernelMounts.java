package org.dedupfs.bridge.jnr;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is mounted, as the kernel tells it: asking this touches no file system, however dead.
 *
 * @param entries in the order in which they were mounted
 */
record KernelMounts(List<Entry> entries) {
  /**
   * @param device major and minor number, which no other mounted file system has
   * @param mountPoint the bytes of its path, one per character
   */
  record Entry(String device, String mountPoint) {
    boolean isAt(byte[] path) {
      return mountPoint.equals(text(path));
    }
  }

  private static final Path SOURCE = Path.of("/proc/self/mountinfo");
  private static final int FIELD_DEVICE = 2;
  private static final int FIELD_MOUNT_POINT = 4;
  private static final int OCTAL_DIGITS = 3;

  static KernelMounts read() throws IOException {
    return parse(Files.readAllBytes(SOURCE));
  }

  static KernelMounts parse(byte[] mountinfo) {
    List<Entry> entries = new ArrayList<>();
    for (String line : new String(mountinfo, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      if (fields.length > FIELD_MOUNT_POINT) {
        entries.add(new Entry(fields[FIELD_DEVICE], unescape(fields[FIELD_MOUNT_POINT])));
      }
    }
    return new KernelMounts(List.copyOf(entries));
  }

  private static String text(byte[] path) {
    return new String(path, StandardCharsets.ISO_8859_1);
  }

  /** Blank, tab, newline and backslash stand as a backslash and three octal digits. */
  private static String unescape(String field) {
    if (field.indexOf('\\') < 0) {
      return field;
    }
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    for (int i = 0; i < field.length(); i++) {
      if (field.charAt(i) == '\\' && i + OCTAL_DIGITS < field.length()) {
        plain.write(Integer.parseInt(field.substring(i + 1, i + 1 + OCTAL_DIGITS), 8));
        i += OCTAL_DIGITS;
      } else {
        plain.write(field.charAt(i));
      }
    }
    return plain.toString(StandardCharsets.ISO_8859_1);
  }

  /** What a path leads to: the last that was mounted there; null if nothing is. */
  @Nullable Entry top(byte[] path) {
    Entry top = null;
    for (Entry entry : entries) {
      top = entry.isAt(path) ? entry : top;
    }
    return top;
  }

  /** Whether that device is mounted there, perhaps hidden by something mounted later. */
  boolean contains(byte[] path, String device) {
    return entries.stream().anyMatch(entry -> entry.isAt(path) && entry.device().equals(device));
  }
}
