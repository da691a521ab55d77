/**
 * libfuse 2.9 through jnr-fuse and jnr-ffi: mounts {@link org.dedupfs.bridge.Operations} and serves
 * the kernel's requests on threads of its own. No type of jnr shows in what it exports.
 */
@NullMarked
package org.dedupfs.bridge.jnr;

import org.jspecify.annotations.NullMarked;
