package org.dedupfs.tree;

import java.io.IOException;
import java.util.List;
import org.dedupfs.content.ContentStore;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.LiveMetadata;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.NameCookies;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.RowReader;
import org.dedupfs.tree.TreeException.Failure;
import org.jspecify.annotations.Nullable;

/** The rows of a tree, read with POSIX errors for what is missing, and the start of its changes. */
final class TreeRows {
  private static final int MAX_ENTRIES_PER_READ = 1 << 16;

  private final LiveMetadata live;
  private final ContentStore content;
  private final NameCookies cookies;
  private final TreeOptions options;
  private final DirectoryWatches watches = new DirectoryWatches(this::entriesAfter);
  private final ContentListeners contentListeners = new ContentListeners();
  private volatile boolean closed;

  TreeRows(LiveMetadata live, ContentStore content, NameCookies cookies, TreeOptions options) {
    this.live = live;
    this.content = content;
    this.cookies = cookies;
    this.options = options;
  }

  /** What everybody sees. */
  LiveMetadata live() {
    return live;
  }

  ContentStore content() {
    return content;
  }

  DirectoryWatches watches() {
    return watches;
  }

  ContentListeners contentListeners() {
    return contentListeners;
  }

  TreeOptions options() {
    return options;
  }

  long nowNanos() {
    return options.clock().nanos();
  }

  boolean isReadOnly() {
    return options.readOnly();
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    closed = true;
  }

  /** Starts a change; waits for a commit first when too much is uncommitted. */
  Change begin() throws IOException {
    if (closed) {
      throw new TreeException(Failure.BAD_HANDLE);
    }
    if (options.readOnly()) {
      throw new TreeException(Failure.READ_ONLY);
    }
    if (live.uncommittedBytes() > options.uncommittedBytes()) {
      content.syncNamespace();
    }
    return live.begin();
  }

  /**
   * @throws TreeException NO_ENTRY if there is no such inode
   */
  Inode inode(RowReader reader, InodeNumber number) throws IOException {
    Inode row = reader.get(RowKey.inode(number));
    if (row == null) {
      throw new TreeException(Failure.NO_ENTRY);
    }
    return row;
  }

  /**
   * @throws TreeException NO_ENTRY or NOT_DIRECTORY
   */
  Inode directory(RowReader reader, InodeNumber number) throws IOException {
    Inode row = inode(reader, number);
    if (!row.isDirectory()) {
      throw new TreeException(Failure.NOT_DIRECTORY);
    }
    return row;
  }

  /** The entry of that name, or null; also null when there is no such directory. */
  @Nullable Dentry entry(RowReader reader, InodeNumber directory, FileName name)
      throws IOException {
    return reader.get(RowKey.dentry(directory, cookies.cookie(name), name));
  }

  /**
   * @throws TreeException NO_ENTRY if the directory has no such entry
   */
  Dentry existingEntry(RowReader reader, InodeNumber directory, FileName name) throws IOException {
    Dentry entry = entry(reader, directory, name);
    if (entry == null) {
      throw new TreeException(Failure.NO_ENTRY);
    }
    return entry;
  }

  /**
   * The inode that an entry read by the same reader names.
   *
   * @throws MetadataDamagedException if there is none
   */
  Inode entryInode(Change change, Dentry entry) throws IOException {
    Inode row = change.get(RowKey.inode(entry.inode()));
    if (row == null) {
      throw missing(entry);
    }
    return row;
  }

  static MetadataDamagedException missing(Dentry entry) {
    return new MetadataDamagedException(
        "the entry "
            + entry.name()
            + " in "
            + entry.parent()
            + " names the missing "
            + entry.inode());
  }

  boolean isEmpty(RowReader reader, InodeNumber directory) throws IOException {
    return reader.range(RowKey.dentriesFrom(directory, 0), endOfEntries(directory), 1).isEmpty();
  }

  /**
   * At most {@code limit} entries, and those whose cookie is the same as the last one's; none only
   * if no more follow. Names that no file can have are left out, as they are when asked for: who
   * copies a store that was made to harm would write above the copy. A check tells of them.
   */
  List<Dentry> entriesAfter(InodeNumber directory, long afterCookie, int limit) throws IOException {
    int most = Math.min(limit, MAX_ENTRIES_PER_READ);
    long after = afterCookie;
    while (after != Long.MAX_VALUE) {
      RowKey<Dentry> from = RowKey.dentriesFrom(directory, after + 1);
      List<Dentry> entries = live.range(from, endOfEntries(directory), most + 1);
      List<Dentry> batch = entries;
      if (entries.size() > most) {
        // A reader goes on behind a cookie, so two names that share one must come together.
        boolean together = entries.get(most).cookie() == entries.get(most - 1).cookie();
        batch = together ? entries : entries.subList(0, most);
      }
      if (batch.stream().allMatch(entry -> isStorable(entry.name()))) {
        return batch;
      }
      List<Dentry> possible = batch.stream().filter(entry -> isStorable(entry.name())).toList();
      if (!possible.isEmpty() || entries.size() <= most) {
        return possible;
      }
      after = batch.get(batch.size() - 1).cookie();
    }
    return List.of();
  }

  private static boolean isStorable(FileName name) {
    return !name.isDot() && !name.isDotDot() && name.length() <= FileName.MAX_BYTES;
  }

  Dentry newEntry(InodeNumber directory, FileName name, Inode inode) {
    return new Dentry(directory, cookies.cookie(name), name, inode.number(), inode.type());
  }

  /**
   * The inode as callers see it, whatever goes on meanwhile.
   *
   * @throws TreeException NO_ENTRY if there is no such inode
   */
  Inode seen(InodeNumber number) throws IOException {
    Inode inode = content.stat(number);
    if (inode == null) {
      throw new TreeException(Failure.NO_ENTRY);
    }
    return inode;
  }

  /** The row as callers see it; within the change that read or made it. */
  Inode seen(Inode row) {
    return row.isRegular() ? content.overlay(row) : row;
  }

  /**
   * Within a change, right before the row is changed and put: with the times of earlier writes, so
   * that they do not come back over the ones that are set now.
   */
  Inode settled(Inode row) {
    return row.isRegular() ? content.settleTimes(row) : row;
  }

  /** Puts a directory whose entries changed. */
  static void putTouched(Change change, Inode.Builder directory, long nowNanos) {
    change.put(directory.modifyNanos(nowNanos).changeNanos(nowNanos).build());
  }

  /**
   * @throws TreeException if no file can have that name: {@code ofDots} for {@code .} and {@code
   *     ..}, or NAME_TOO_LONG
   */
  static void requireStorable(FileName name, Failure ofDots) throws TreeException {
    if (name.isDot() || name.isDotDot()) {
      throw new TreeException(ofDots);
    }
    if (name.length() > FileName.MAX_BYTES) {
      throw new TreeException(Failure.NAME_TOO_LONG);
    }
  }

  private static RowKey<Dentry> endOfEntries(InodeNumber directory) {
    return RowKey.dentriesFrom(directory, Long.MAX_VALUE);
  }
}
