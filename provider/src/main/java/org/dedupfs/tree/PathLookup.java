package org.dedupfs.tree;

import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.jspecify.annotations.Nullable;

/**
 * Where a path leads.
 *
 * @param parent the directory that holds the last name; the root's is itself
 * @param name the last name; null when the path ends in the root, {@code .} or {@code ..}
 * @param inode what the name stands for, as {@link Tree#stat} tells it; null when nothing has it
 */
public record PathLookup(InodeNumber parent, @Nullable FileName name, @Nullable Inode inode) {}
