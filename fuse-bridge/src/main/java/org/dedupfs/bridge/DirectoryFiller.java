package org.dedupfs.bridge;

/** Takes the entries of a directory. */
@FunctionalInterface
public interface DirectoryFiller {
  /**
   * @param mode the type as in {@code st_mode}
   * @param offset the place behind this entry, greater than 0, from which reading can go on
   * @return false if it was full and the entry not taken
   */
  boolean add(byte[] name, long ino, int mode, long offset);
}
