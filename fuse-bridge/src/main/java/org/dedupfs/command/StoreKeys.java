package org.dedupfs.command;

import java.util.Iterator;
import org.dedupfs.DedupOptions;

/** What may stand after {@code -o}, up to the equals sign; made by picocli. */
final class StoreKeys implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return DedupOptions.allowedValues().keySet().stream().map(key -> key + "=").iterator();
  }
}
