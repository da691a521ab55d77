package org.dedupfs.mount;

import java.nio.file.Path;
import java.util.List;
import org.dedupfs.DedupOptions;

/**
 * What is to be mounted where and how.
 *
 * @param store its real path
 * @param mountPoint absolute, without links
 * @param opening how the store is opened; says whether for reading only
 * @param words of libfuse and the kernel, as behind {@code -o}, each as it is, nothing escaped
 * @param requests how many requests of the kernel are served at once
 */
public record MountRequest(
    Path store, Path mountPoint, DedupOptions opening, List<String> words, int requests) {
  static final String SUBTYPE = "dedup";

  /** Enough for the kernel's requests to wait for disks side by side, whatever the cores. */
  public static final int DEFAULT_REQUESTS = 8;

  public MountRequest {
    words = List.copyOf(words);
  }

  boolean readOnly() {
    return opening.readOnly().orElse(false);
  }

  boolean has(String word) {
    return words.contains(word);
  }
}
