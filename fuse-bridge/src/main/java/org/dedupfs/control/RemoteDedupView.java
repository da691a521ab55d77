package org.dedupfs.control;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.dedupfs.DedupFileAttributeView;
import org.dedupfs.DedupFileAttributes;

/** What a file costs. */
final class RemoteDedupView implements DedupFileAttributeView {
  private final AttributeTarget target;

  RemoteDedupView(AttributeTarget target) {
    this.target = target;
  }

  private record Attributes(long logicalBytes, long storedBytes, long uniqueBytes, long chunks)
      implements DedupFileAttributes {}

  @Override
  public String name() {
    return "dedup";
  }

  @Override
  public DedupFileAttributes readAttributes() throws IOException {
    Map<String, Object> values = target.readNamed("dedup:*");
    return new Attributes(
        number(values, "logicalBytes"),
        number(values, "storedBytes"),
        number(values, "uniqueBytes"),
        number(values, "chunks"));
  }

  private static long number(Map<String, Object> values, String name) {
    return (Long) Objects.requireNonNull(values.get(name), name);
  }
}
