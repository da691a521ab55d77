/**
 * One store, several processes: the process that has a store open answers others of the same user,
 * and root, through a Unix domain socket in the store's directory. {@link
 * org.dedupfs.control.ControlServer} answers; {@link org.dedupfs.control.RemoteFileSystem} asks,
 * and is a {@link org.dedupfs.DedupFileSystem} to its callers.
 *
 * <p>A message is a head and a bulk, each with its length ({@code Link}); the head of a request is
 * the number of an {@code Operation} and what that needs, the head of an answer says whether it
 * succeeded and what came of it, or which exception was thrown ({@code Failures}). Requests are
 * about paths in the store and about handles, which belong to a connection and are closed with it.
 * No path of the host is in any of them.
 *
 * <p>Used by {@code org.dedupfs.command} and by whoever mounts a store; uses the exported types of
 * the provider and {@code org.dedupfs.host}. No thread holds the lock of two connections.
 */
@NullMarked
package org.dedupfs.control;

import org.jspecify.annotations.NullMarked;
