package org.dedupfs.tree;

/**
 * How a tree behaves.
 *
 * @param clock where all times come from
 * @param accessPolicy when reading sets the access time
 * @param readOnly whether all changes are refused
 * @param uncommittedBytes how much heap uncommitted changes may hold before the next change waits
 *     for a commit
 */
public record TreeOptions(
    NanoClock clock, AccessPolicy accessPolicy, boolean readOnly, long uncommittedBytes) {}
