/**
 * Names and inodes: POSIX semantics of lookup, creation, links, rename, removal, attributes and
 * open files, over visible metadata and file contents.
 */
@NullMarked
package org.dedupfs.tree;

import org.jspecify.annotations.NullMarked;
