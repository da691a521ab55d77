package org.dedupfs.bridge.jnr;

import java.util.List;

/**
 * How a file system is mounted.
 *
 * @param threads how many requests are served at once, at least 1
 * @param options what follows {@code -o}, one each, for example {@code allow_other} or {@code
 *     fsname=/srv/store}; come after the bridge's own and so win over them
 */
public record FuseMountOptions(int threads, List<String> options) {
  public FuseMountOptions {
    options = List.copyOf(options);
    if (threads < 1) {
      throw new IllegalArgumentException("threads " + threads + ", at least 1 is needed");
    }
  }
}
