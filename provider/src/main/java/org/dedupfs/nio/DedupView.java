package org.dedupfs.nio;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.dedupfs.DedupFileAttributeView;
import org.dedupfs.DedupFileAttributes;
import org.dedupfs.content.ContentUsage;

/** What one target costs. */
final class DedupView implements DedupFileAttributeView {
  static final String NAME = "dedup";

  private static final Map<String, Function<DedupFileAttributes, Object>> READERS = readers();

  private final AttributeTarget target;

  /** The numbers as told to callers. */
  private record Attributes(long logicalBytes, long storedBytes, long uniqueBytes, long chunks)
      implements DedupFileAttributes {}

  DedupView(AttributeTarget target) {
    this.target = target;
  }

  private static Map<String, Function<DedupFileAttributes, Object>> readers() {
    Map<String, Function<DedupFileAttributes, Object>> readers = new LinkedHashMap<>();
    readers.put("logicalBytes", DedupFileAttributes::logicalBytes);
    readers.put("storedBytes", DedupFileAttributes::storedBytes);
    readers.put("uniqueBytes", DedupFileAttributes::uniqueBytes);
    readers.put("chunks", DedupFileAttributes::chunks);
    return readers;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public DedupFileAttributes readAttributes() throws IOException {
    ContentUsage usage = target.usage();
    return new Attributes(
        usage.logicalBytes(), usage.storedBytes(), usage.uniqueBytes(), usage.chunks());
  }

  Map<String, Object> readNamed(String... wanted) throws IOException {
    return NamedAttributes.readNamed(NAME, READERS, wanted, this::readAttributes);
  }
}
