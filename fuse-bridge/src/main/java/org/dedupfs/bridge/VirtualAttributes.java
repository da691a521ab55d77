package org.dedupfs.bridge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.dedupfs.DedupFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Extended attributes as a mount shows them: those of the file, less access control lists, which
 * are kept but not obeyed and so must not seem to be; and some that are worked out and not listed,
 * {@code user.dedupfs.*}.
 */
final class VirtualAttributes {
  private static final String PREFIX = "user.dedupfs.";
  private static final String STATISTICS = PREFIX + "stats";
  private static final String ACCESS_LIST = "system.posix_acl_";
  private static final String TRUSTED = "trusted.";
  private static final Map<String, ToLongFunction<DedupFileAttributes>> COSTS =
      Map.of(
          PREFIX + "logical", DedupFileAttributes::logicalBytes,
          PREFIX + "stored", DedupFileAttributes::storedBytes,
          PREFIX + "unique", DedupFileAttributes::uniqueBytes,
          PREFIX + "chunks", DedupFileAttributes::chunks);

  /** What the whole store holds and costs, as text. */
  @FunctionalInterface
  interface Statistics {
    String text() throws IOException;
  }

  private final @Nullable Statistics statistics;

  /** {@code statistics}: null where there are none. */
  VirtualAttributes(@Nullable Statistics statistics) {
    this.statistics = statistics;
  }

  byte @Nullable [] read(MountedNode node, boolean isRoot, byte[] name) throws IOException {
    requireNoAccessList(name);
    if (statistics != null && startsWith(name, PREFIX)) {
      String text = text(name);
      if (isRoot && text.equals(STATISTICS)) {
        return statistics.text().getBytes(StandardCharsets.UTF_8);
      }
      ToLongFunction<DedupFileAttributes> cost = COSTS.get(text);
      if (cost != null) {
        return cost(node, cost);
      }
    }
    return node.readAttribute(name);
  }

  private static byte @Nullable [] cost(MountedNode node, ToLongFunction<DedupFileAttributes> cost)
      throws IOException {
    if (!FileModes.isRegular(node.status().mode())) {
      return null;
    }
    DedupFileAttributes costs = node.costs();
    return costs == null
        ? null
        : Long.toString(cost.applyAsLong(costs)).getBytes(StandardCharsets.US_ASCII);
  }

  /** Throws if an attribute cannot be set or removed by anybody. */
  void requireChangeable(byte[] name) throws IOException {
    requireNoAccessList(name);
    if (statistics != null && startsWith(name, PREFIX)) {
      throw new ErrnoException(Errno.EPERM, text(name) + " is worked out, not stored");
    }
  }

  /** Names for who has asked: {@code trusted.} is root's. */
  List<byte[]> list(MountedNode node, int uid) throws IOException {
    List<byte[]> shown = new ArrayList<>();
    for (byte[] name : node.listAttributes()) {
      if (!startsWith(name, ACCESS_LIST) && (uid == 0 || !startsWith(name, TRUSTED))) {
        shown.add(name);
      }
    }
    return shown;
  }

  private static void requireNoAccessList(byte[] name) throws IOException {
    if (startsWith(name, ACCESS_LIST)) {
      throw new ErrnoException(Errno.ENOTSUP, "access control lists are not obeyed here");
    }
  }

  private static boolean startsWith(byte[] name, String prefix) {
    if (name.length < prefix.length()) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      if (name[i] != prefix.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static String text(byte[] name) {
    return new String(name, StandardCharsets.ISO_8859_1);
  }
}
