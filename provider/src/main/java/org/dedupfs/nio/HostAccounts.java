package org.dedupfs.nio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Names of users or of groups on the host, as {@code /etc/passwd} and {@code /etc/group} have them;
 * what other sources (LDAP) know stays a number. Read again when the file changes. Safe for any
 * number of threads.
 */
final class HostAccounts {
  static final HostAccounts USERS = new HostAccounts(Path.of("/etc/passwd"));
  static final HostAccounts GROUPS = new HostAccounts(Path.of("/etc/group"));

  private record Table(
      @Nullable FileTime readAt, Map<Integer, String> names, Map<String, Integer> ids) {}

  private final Path file;
  private volatile Table table = new Table(null, Map.of(), Map.of());

  HostAccounts(Path file) {
    this.file = file;
  }

  /** The name of an id; unknown ones show as digits. */
  String name(int id) {
    String name = current().names().get(id);
    return name != null ? name : Integer.toUnsignedString(id);
  }

  /** The id of a name, or of digits; empty if there is none. */
  OptionalInt id(String name) {
    Integer id = current().ids().get(name);
    if (id != null) {
      return OptionalInt.of(id);
    }
    try {
      return OptionalInt.of(Integer.parseUnsignedInt(name));
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  private Table current() {
    Table known = table;
    try {
      FileTime changed = Files.getLastModifiedTime(file);
      if (!changed.equals(known.readAt())) {
        known = read(changed);
        table = known;
      }
    } catch (IOException e) {
      // A host without the file (Windows), or one that forbids it: numbers do.
    }
    return known;
  }

  private Table read(FileTime changed) throws IOException {
    Map<Integer, String> names = new HashMap<>();
    Map<String, Integer> ids = new HashMap<>();
    for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
      List<String> fields = List.of(line.split(":", 4));
      if (fields.size() < 3 || fields.get(0).isEmpty()) {
        continue;
      }
      try {
        int id = Integer.parseUnsignedInt(fields.get(2));
        names.putIfAbsent(id, fields.get(0));
        ids.putIfAbsent(fields.get(0), id);
      } catch (NumberFormatException e) {
        // NIS lines ("+::::::") have no number.
      }
    }
    return new Table(changed, names, ids);
  }
}
