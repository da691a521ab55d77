package org.dedupfs.nio;

import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;

/**
 * How a file is opened: all options, resolved and free of conflicts.
 *
 * @param sync whether each write is durable when it returns
 * @param interruptible whether an interrupt closes the channel, as it does not below a stream
 */
record OpenMode(
    boolean read,
    boolean write,
    boolean append,
    boolean truncate,
    boolean create,
    boolean createNew,
    boolean deleteOnClose,
    boolean sync,
    boolean followLinks,
    boolean interruptible) {

  /** Of the provider's own, for the channels below its streams. */
  enum Internal implements OpenOption {
    UNINTERRUPTIBLE
  }

  /**
   * Resolves options as the JDK's Unix provider does.
   *
   * @throws IllegalArgumentException if two exclude each other
   * @throws UnsupportedOperationException if one is not known
   */
  static OpenMode of(Set<? extends OpenOption> options) {
    for (OpenOption option : options) {
      Objects.requireNonNull(option);
      if (!(option instanceof StandardOpenOption)
          && option != LinkOption.NOFOLLOW_LINKS
          && option != Internal.UNINTERRUPTIBLE) {
        throw new UnsupportedOperationException("open option " + option + " is not supported");
      }
    }
    boolean append = options.contains(StandardOpenOption.APPEND);
    boolean write = append || options.contains(StandardOpenOption.WRITE);
    boolean read = options.contains(StandardOpenOption.READ) || !write;
    boolean truncate = options.contains(StandardOpenOption.TRUNCATE_EXISTING);
    if (read && append) {
      throw new IllegalArgumentException("READ + APPEND not allowed");
    }
    if (append && truncate) {
      throw new IllegalArgumentException("APPEND + TRUNCATE_EXISTING not allowed");
    }
    boolean createNew = write && options.contains(StandardOpenOption.CREATE_NEW);
    return new OpenMode(
        read,
        write,
        append,
        write && truncate,
        createNew || (write && options.contains(StandardOpenOption.CREATE)),
        createNew,
        options.contains(StandardOpenOption.DELETE_ON_CLOSE),
        options.contains(StandardOpenOption.SYNC) || options.contains(StandardOpenOption.DSYNC),
        !options.contains(LinkOption.NOFOLLOW_LINKS),
        !options.contains(Internal.UNINTERRUPTIBLE));
  }
}
