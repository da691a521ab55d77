package org.dedupfs.nio;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Arithmetic on paths as bytes, as POSIX writes them: names separated by single slashes, absolute
 * with a leading one, none at the end. The empty path has one name, which is empty; the root has
 * none. Pure functions.
 */
final class PathBytes {
  static final byte[] EMPTY = {};
  static final byte[] ROOT = {'/'};

  private PathBytes() {}

  /** Without repeated and trailing slashes; may return {@code raw} itself. */
  static byte[] clean(byte[] raw) {
    byte[] cleaned = null;
    int length = 0;
    for (int i = 0; i < raw.length; i++) {
      boolean redundant = raw[i] == '/' && i > 0 && (raw[i - 1] == '/' || i == raw.length - 1);
      if (redundant && cleaned == null) {
        cleaned = Arrays.copyOf(raw, raw.length);
        length = i;
      } else if (!redundant && cleaned != null) {
        cleaned[length++] = raw[i];
      }
    }
    if (cleaned == null) {
      return raw;
    }
    // The tail of a run of slashes at the end leaves the first of them.
    if (length > 1 && cleaned[length - 1] == '/') {
      length--;
    }
    return Arrays.copyOf(cleaned, length);
  }

  static boolean isAbsolute(byte[] path) {
    return path.length > 0 && path[0] == '/';
  }

  /** Where each name starts. */
  static int[] nameStarts(byte[] path) {
    if (path.length == 0) {
      return new int[] {0};
    }
    int count = path.length == 1 && path[0] == '/' ? 0 : 1;
    for (int i = 1; i < path.length; i++) {
      if (path[i] == '/') {
        count++;
      }
    }
    int[] starts = new int[count];
    int at = 0;
    if (count > 0) {
      starts[at++] = path[0] == '/' ? 1 : 0;
    }
    for (int i = 1; i < path.length; i++) {
      if (path[i] == '/') {
        starts[at++] = i + 1;
      }
    }
    return starts;
  }

  /** Names {@code from} to before {@code to}, as a relative path. */
  static byte[] subpath(byte[] path, int[] starts, int from, int to) {
    int end = to == starts.length ? path.length : starts[to] - 1;
    return Arrays.copyOfRange(path, starts[from], end);
  }

  static byte[] resolve(byte[] base, byte[] other) {
    if (isAbsolute(other) || base.length == 0) {
      return other;
    }
    if (other.length == 0) {
      return base;
    }
    int slash = base.length == 1 && base[0] == '/' ? 0 : 1;
    byte[] joined = Arrays.copyOf(base, base.length + slash + other.length);
    if (slash == 1) {
      joined[base.length] = '/';
    }
    System.arraycopy(other, 0, joined, base.length + slash, other.length);
    return joined;
  }

  /** Whether some name is {@code .} or {@code ..}. */
  static boolean hasDots(byte[] path, int[] starts) {
    for (int i = 0; i < starts.length; i++) {
      if (dots(path, starts, i) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Without {@code .} and without each {@code ..} that has a name before it. */
  static byte[] normalize(byte[] path, int[] starts) {
    boolean absolute = isAbsolute(path);
    Deque<Integer> kept = new ArrayDeque<>();
    for (int i = 0; i < starts.length; i++) {
      int dots = dots(path, starts, i);
      if (dots == 1) {
        continue;
      }
      if (dots == 2 && !kept.isEmpty() && dots(path, starts, kept.getLast()) != 2) {
        kept.removeLast();
      } else if (dots != 2 || !absolute) {
        kept.addLast(i);
      }
    }
    byte[] result = new byte[path.length];
    int length = 0;
    if (absolute) {
      result[length++] = '/';
    }
    for (Iterator<Integer> names = kept.iterator(); names.hasNext(); ) {
      int i = names.next();
      int nameLength = nameEnd(path, starts, i) - starts[i];
      System.arraycopy(path, starts[i], result, length, nameLength);
      length += nameLength;
      if (names.hasNext()) {
        result[length++] = '/';
      }
    }
    return Arrays.copyOf(result, length);
  }

  /**
   * The relative path that leads from {@code base} to {@code target}, both absolute or both
   * relative; null when there is none.
   */
  static byte @Nullable [] relativize(byte[] base, byte[] target) {
    if (Arrays.equals(base, target)) {
      return EMPTY;
    }
    if (base.length == 0) {
      return target;
    }
    int[] baseStarts = nameStarts(base);
    int[] targetStarts = nameStarts(target);
    if (hasDots(base, baseStarts) || hasDots(target, targetStarts)) {
      byte[] plainBase = normalize(base, baseStarts);
      byte[] plainTarget = normalize(target, targetStarts);
      return relativizePlain(
          plainBase, nameStarts(plainBase), plainTarget, nameStarts(plainTarget));
    }
    return relativizePlain(base, baseStarts, target, targetStarts);
  }

  private static byte @Nullable [] relativizePlain(
      byte[] base, int[] baseStarts, byte[] target, int[] targetStarts) {
    int common = 0;
    while (common < Math.min(baseStarts.length, targetStarts.length)
        && nameEquals(base, baseStarts, target, targetStarts, common)) {
      common++;
    }
    byte[] down =
        common == targetStarts.length
            ? EMPTY
            : subpath(target, targetStarts, common, targetStarts.length);
    byte[] rest =
        common == baseStarts.length ? EMPTY : subpath(base, baseStarts, common, baseStarts.length);
    if (rest.length == 0) {
      return down;
    }
    if (hasDots(rest, nameStarts(rest))) {
      return null;
    }
    int ups = baseStarts.length - common;
    int length = down.length == 0 ? 3 * ups - 1 : 3 * ups + down.length;
    byte[] result = new byte[length];
    for (int i = 0; i < length && i < 3 * ups; i++) {
      result[i] = (byte) (i % 3 == 2 ? '/' : '.');
    }
    System.arraycopy(down, 0, result, length - down.length, down.length);
    return result;
  }

  private static boolean nameEquals(byte[] a, int[] aStarts, byte[] b, int[] bStarts, int name) {
    return Arrays.equals(
        a, aStarts[name], nameEnd(a, aStarts, name), b, bStarts[name], nameEnd(b, bStarts, name));
  }

  private static int nameEnd(byte[] path, int[] starts, int name) {
    return name == starts.length - 1 ? path.length : starts[name + 1] - 1;
  }

  /** 1 if the name is {@code .}, 2 if it is {@code ..}, else 0. */
  private static int dots(byte[] path, int[] starts, int name) {
    int start = starts[name];
    int length = nameEnd(path, starts, name) - start;
    if (length < 1 || length > 2 || path[start] != '.') {
      return 0;
    }
    return length == 1 ? 1 : path[start + 1] == '.' ? 2 : 0;
  }

  /** Whether {@code path} begins with all names of {@code prefix}. */
  static boolean startsWith(byte[] path, byte[] prefix) {
    if (prefix.length == 0 || path.length < prefix.length) {
      return path.length == prefix.length;
    }
    if (Arrays.mismatch(path, 0, prefix.length, prefix, 0, prefix.length) >= 0) {
      return false;
    }
    return path.length == prefix.length
        || path[prefix.length] == '/'
        || prefix[prefix.length - 1] == '/';
  }

  /** Whether {@code path} ends with all names of {@code suffix}; an absolute one must be equal. */
  static boolean endsWith(byte[] path, byte[] suffix) {
    if (suffix.length == 0 || isAbsolute(suffix) || path.length <= suffix.length) {
      return Arrays.equals(path, suffix);
    }
    int from = path.length - suffix.length;
    return path[from - 1] == '/'
        && Arrays.mismatch(path, from, path.length, suffix, 0, suffix.length) < 0;
  }
}
