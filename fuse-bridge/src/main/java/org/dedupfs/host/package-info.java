/**
 * What programs of C can do with files of the host and {@code java.nio.file} cannot: extended
 * attributes of every namespace, fifos, sockets and devices, times of symbolic links in
 * nanoseconds, holes, names of any bytes in any locale. {@link org.dedupfs.host.HostCalls} is all
 * of it, {@link org.dedupfs.host.HostPath} the names, {@link org.dedupfs.host.MountTable} what is
 * mounted.
 *
 * <p>One of the two packages that may use jnr; nothing of jnr shows in what others call. Used by
 * all packages above; uses no other package.
 */
@NullMarked
package org.dedupfs.host;

import org.jspecify.annotations.NullMarked;
