/**
 * The bytes of files: what is dirty in memory, how it is cut into chunks and stored, and the commit
 * protocol that makes it durable.
 *
 * <p>A file's content is a stack of layers over its committed extents; see {@code ARCHITECTURE.md}.
 * Lock order: commit, then the metadata mutation lock, then one file's drain lock, then its state
 * lock. Nobody waits for memory, a queue or a flush while holding the mutation lock.
 */
@NullMarked
package org.dedupfs.content;

import org.jspecify.annotations.NullMarked;
