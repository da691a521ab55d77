package org.dedupfs;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * Reads an open directory in steps, from any place on: for servers that tell clients where to go
 * on, as NFS and FUSE do. Get it with {@link DedupFileSystem#openDirectory}. Bound to the
 * directory, not to its name; safe for several threads. Nothing is kept in memory between two
 * calls.
 */
public interface DirectoryCursor extends Closeable {
  /** The place before the first entry. */
  long START = 0;

  /**
   * An entry: a name and the file it stands for. {@code .} and {@code ..} are none.
   *
   * @param name the bytes of the name
   * @param cookie its place: greater than 15, the same as long as the name exists, whatever is
   *     created and deleted beside it
   * @param ino the inode number
   * @param type the file type as in {@code st_mode}: the bits of 0170000
   */
  record Entry(byte[] name, long cookie, long ino, int type) {}

  /**
   * The entries behind a place, ascending by cookie. Each name that exists all the time while a
   * reader goes on from cookie to cookie is told exactly once.
   *
   * @param afterCookie {@link #START}, or that of an entry, which may have gone meanwhile
   * @param limit how many, at least one; very seldom there are more, as names of the same cookie
   *     come together
   * @return empty at the end, and when the directory has been removed
   * @throws java.nio.file.ClosedDirectoryStreamException after {@link #close}
   */
  List<Entry> read(long afterCookie, int limit) throws IOException;

  /**
   * The attributes of an entry's file as they are now; symbolic links are not followed.
   *
   * @throws java.nio.file.NoSuchFileException if it has gone
   */
  UnixFileAttributes attributes(Entry entry) throws IOException;

  /** The attributes of the directory itself, wherever it was moved to. */
  UnixFileAttributes attributes() throws IOException;
}
