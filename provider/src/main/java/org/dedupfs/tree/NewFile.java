package org.dedupfs.tree;

import org.dedupfs.metadata.FileType;

/**
 * What a new inode starts with. The umask has been applied by the caller.
 *
 * @param permissions 12 bits
 * @param uid the owner
 * @param gid the group; a setgid parent directory overrides it (and hands its bit to directories)
 * @param rdev device number; 0 unless a device
 */
public record NewFile(FileType type, int permissions, int uid, int gid, long rdev) {}
