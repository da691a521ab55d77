package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;

/**
 * One end of a transfer: the host or a store. Names cross from one to the other as bytes, which is
 * what they are on both; strings would lose those that are not valid in the locale. Safe for use by
 * any number of threads.
 */
public interface Side {
  /** The last name of a path. */
  byte[] name(Path path);

  /** The entry of that name in a directory. */
  Path child(Path directory, byte[] name);

  /** What a symbolic link says. */
  byte[] linkTarget(Path link) throws IOException;

  /** A path that says {@code target}, to make a symbolic link of. */
  Path linkText(byte[] target);

  /** How to create a file or directory that is to get these attributes in the end. */
  FileAttribute<?>[] creation(EntryAttributes attributes);

  /**
   * Makes a fifo, socket or device.
   *
   * @throws UnsupportedOperationException if this side cannot
   */
  void createSpecial(Path path, EntryAttributes attributes) throws IOException;

  /** Whether an extended attribute of this name can be written without changing the name. */
  boolean canName(String extendedAttribute);

  /** The path for people, exact: see {@link org.dedupfs.ByteNames}. */
  String text(Path path);
}
