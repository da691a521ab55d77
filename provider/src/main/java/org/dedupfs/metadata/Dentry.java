package org.dedupfs.metadata;

/**
 * One name in one directory.
 *
 * @param cookie where the entry stands in its directory, see {@link NameCookies}
 * @param type the inode's type, which never changes
 */
public record Dentry(
    InodeNumber parent, long cookie, FileName name, InodeNumber inode, FileType type)
    implements Row {
  @Override
  public RowKey<Dentry> key() {
    return RowKey.dentry(parent, cookie, name);
  }

  @Override
  public int weightBytes() {
    return 120 + name.length();
  }
}
