package org.dedupfs.metadata;

import java.util.ArrayList;
import java.util.List;

/** The extents of a file as a plain list: slow and obviously right. */
final class ExtentListModel {
  private List<Extent> extents = new ArrayList<>();

  long endBytes() {
    return extents.isEmpty() ? 0 : extents.get(extents.size() - 1).endBytes();
  }

  int count() {
    return extents.size();
  }

  private long dataBytes() {
    return extents.stream().filter(e -> !e.isHole()).mapToLong(Extent::lengthBytes).sum();
  }

  long replace(long from, List<Extent> added) {
    return splice(from, added.get(added.size() - 1).endBytes(), added);
  }

  long setEnd(long newEnd) {
    long end = endBytes();
    if (newEnd > end) {
      return splice(end, newEnd, List.of(Extent.hole(end, newEnd - end)));
    }
    return splice(newEnd, end, List.of());
  }

  private long splice(long from, long to, List<Extent> added) {
    long before = dataBytes();
    List<Extent> result = new ArrayList<>();
    for (Extent e : extents) {
      if (e.offsetBytes() < from) {
        result.add(e.slice(e.offsetBytes(), Math.min(from, e.endBytes())));
      }
    }
    result.addAll(added);
    for (Extent e : extents) {
      if (e.endBytes() > to) {
        result.add(e.slice(Math.max(to, e.offsetBytes()), e.endBytes()));
      }
    }
    extents = joined(result);
    return dataBytes() - before;
  }

  private static List<Extent> joined(List<Extent> list) {
    List<Extent> result = new ArrayList<>();
    for (Extent e : list) {
      Extent last = result.isEmpty() ? null : result.get(result.size() - 1);
      if (last != null && continues(last, e)) {
        result.set(
            result.size() - 1,
            new Extent(
                last.offsetBytes(),
                last.lengthBytes() + e.lengthBytes(),
                last.blockId(),
                last.skipBytes(),
                last.check()));
      } else {
        result.add(e);
      }
    }
    return result;
  }

  private static boolean continues(Extent last, Extent next) {
    return last.blockId() == next.blockId()
        && (!next.isBlock()
            || (last.check() == next.check()
                && last.skipBytes() + last.lengthBytes() == next.skipBytes()));
  }

  List<Extent> read(long from, long to, int limit) {
    return extents.stream()
        .filter(e -> e.endBytes() > from && e.offsetBytes() < to)
        .limit(limit)
        .toList();
  }
}
