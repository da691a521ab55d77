package org.dedupfs.nio;

import java.nio.file.LinkOption;
import java.util.Objects;

/** What {@code LinkOption...} arguments say. */
final class LinkOptions {
  private LinkOptions() {}

  /** Whether a symbolic link in the last place is followed. */
  static boolean follow(LinkOption... options) {
    boolean follow = true;
    for (LinkOption option : options) {
      if (Objects.requireNonNull(option) == LinkOption.NOFOLLOW_LINKS) {
        follow = false;
      }
    }
    return follow;
  }
}
